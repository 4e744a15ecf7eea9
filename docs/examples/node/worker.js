// Sending what auth has put in the outbox: pg and plain SMTP.
//
//   PGHOST=... PGUSER=mailer PGDATABASE=... SMTP=127.0.0.1:25 SITE=https://app.example node worker.js
//
// A message is leased, sent, and then said to be finished or to have failed; no
// transaction is open meanwhile.  What has failed comes back later, and so does
// what a worker had that died.  A crash between sending and saying so sends a
// message twice, never not at all.  Run as many of these as you like.

import net from 'node:net';
import readline from 'node:readline';
import pg from 'pg';

const [HOST, PORT] = (process.env.SMTP ?? '127.0.0.1:25').split(':');
const SITE = process.env.SITE ?? 'http://localhost:8080';
const SENDER = process.env.SENDER ?? 'no-reply@localhost';
const LEASE = process.env.LEASE ?? '5 min'; // longer than sending takes
const SENDING = 60_000;
const POLL = 1000 * (process.env.POLL ?? 10); // nobody is told when a message is due again
const RECONNECT = 2000;

// By locale and purpose: subject, text, and the page that the link leads to.
const texts = {
  en: {
    sign_up: ['Welcome', 'Go on here: {link}\r\n\r\nIf you did not ask for it, do nothing.', 'complete-sign-up'],
    sign_up_known: ['You have an account', 'Somebody wants to sign up with your address. If it was you, sign in, or choose a new password.'],
    email_verification: ['Is this your address?', 'Yes, it is mine: {link}', 'verify-email'],
    password_reset: ['Choose a new password', '{link}\r\n\r\nIf you did not ask for it, do nothing.', 'reset-password'],
    sign_in: ['Sign in', '{link}\r\n\r\nIf you did not ask for it, do nothing.', 'sign-in'],
    email_change: ['Your new address', 'Use this address from now on: {link}', 'change-email'],
    email_change_known: ['Your address is in use', 'Somebody wants to use your address for another account. If it was you, sign in to this one, or choose a new password.'],
    email_changed: ['Your address was changed', 'Messages go to another address from now on. If that was not you, write to us.'],
    password_changed: ['Your password was changed', 'Your account has another password from now on. If that was not you, write to us.'],
    key_added: ['A new way to sign in', 'One can sign in to your account in another way from now on. If that was not you, write to us.'],
    key_removed: ['A way to sign in was removed', 'One way to sign in to your account is no more. If that was not you, write to us.'],
    key_renamed: ['A way to sign in has another name', 'One way to sign in to your account has another name, such as a user name. If that was not you, write to us.'],
    factor_added: ['A second factor was added', 'An authenticator app was added to your account, or it has new recovery codes. If that was not you, write to us.'],
    factor_removed: ['A second factor was removed', 'An authenticator app was removed from your account. If that was not you, write to us.'],
    recovery_code_used: ['A recovery code was used', 'Somebody has used one of the recovery codes of your account. If that was not you, write to us.'],
  },
  de: {
    sign_up: ['Willkommen', 'Hier geht es weiter: {link}\r\n\r\nWenn Sie es nicht verlangt haben, tun Sie nichts.', 'complete-sign-up'],
    sign_up_known: ['Sie haben schon ein Konto', 'Jemand will sich mit Ihrer Adresse registrieren. Wenn Sie es waren, melden Sie sich an.'],
    email_verification: ['Ihre Adresse?', 'Ja, das ist meine: {link}', 'verify-email'],
    password_reset: ['Neues Passwort', '{link}\r\n\r\nWenn Sie es nicht verlangt haben, tun Sie nichts.', 'reset-password'],
    sign_in: ['Anmelden', '{link}\r\n\r\nWenn Sie es nicht verlangt haben, tun Sie nichts.', 'sign-in'],
    email_change: ['Neue Adresse', 'Diese Adresse ab jetzt benutzen: {link}', 'change-email'],
    email_change_known: ['Ihre Adresse wird schon benutzt', 'Jemand will Ihre Adresse für ein anderes Konto benutzen. Wenn Sie es waren, melden Sie sich bei diesem an.'],
    email_changed: ['Neue Adresse', 'Nachrichten gehen ab jetzt an eine andere Adresse. Wenn das nicht Sie waren, schreiben Sie uns.'],
    password_changed: ['Neues Passwort', 'Ihr Konto hat ab jetzt ein anderes Passwort. Wenn das nicht Sie waren, schreiben Sie uns.'],
    key_added: ['Neue Anmeldung', 'Bei Ihrem Konto kann man sich ab jetzt auf eine weitere Art anmelden. Wenn das nicht Sie waren, schreiben Sie uns.'],
    key_removed: ['Eine Anmeldung weniger', 'Eine Art, sich bei Ihrem Konto anzumelden, gibt es nicht mehr. Wenn das nicht Sie waren, schreiben Sie uns.'],
    key_renamed: ['Anderer Name', 'Eine Art, sich bei Ihrem Konto anzumelden, hat einen anderen Namen, etwa den Benutzernamen. Wenn das nicht Sie waren, schreiben Sie uns.'],
    factor_added: ['Neuer zweiter Faktor', 'Ihr Konto hat eine weitere Authenticator-App oder neue Wiederherstellungscodes. Wenn das nicht Sie waren, schreiben Sie uns.'],
    factor_removed: ['Ein zweiter Faktor weniger', 'Eine Authenticator-App wurde von Ihrem Konto entfernt. Wenn das nicht Sie waren, schreiben Sie uns.'],
    recovery_code_used: ['Wiederherstellungscode benutzt', 'Jemand hat einen der Wiederherstellungscodes Ihres Kontos benutzt. Wenn das nicht Sie waren, schreiben Sie uns.'],
  },
};

// Locale and target are what somebody has asked for, for whoever reads it: a
// locale that we have, and a page of ours.
function write(message) {
  const { locale, target } = message.data ?? {};
  const [subject, text, page] = texts[Object.hasOwn(texts, locale) ? locale : 'en'][message.purpose];
  const query = typeof target === 'string' && /^\/(?![/\\])/.test(target) ? `?target=${encodeURIComponent(target)}` : '';
  return [subject, text.replace('{link}', () => `${SITE}/${page}${query}#${message.token}`)];
}

// What the mail server says; from 500 on, trying again is of no use.
class Refused extends Error {
  constructor(answer) {
    super(answer);
    this.code = answer.slice(0, 3);
  }
}

// A conversation: each command waits for its answer, of which the code must fit.
async function send(address, subject, body) {
  // an address must not bring commands or headers of its own
  if (!/^[^\s<>\x00-\x20\x7f]+@[^\s<>\x00-\x20\x7f]+$/.test(address)) throw new Refused('553 not an address');
  const socket = net.connect(Number(PORT), HOST);
  const timer = setTimeout(() => socket.destroy(new Error('timeout')), SENDING);
  const failed = new Promise((resolve, reject) => socket.on('error', reject));
  const lines = readline.createInterface({ input: socket, crlfDelay: Infinity })[Symbol.asyncIterator]();
  const expect = async (code) => {
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), failed]);
      if (done) throw new Error('mail server: closed');
      if (!value.startsWith(code)) throw new Refused(value);
      if (value[3] !== '-') return;
    }
  };
  const say = async (line, code) => {
    socket.write(`${line}\r\n`);
    await expect(code);
  };
  try {
    await expect('220');
    await say('EHLO localhost', '250');
    await say(`MAIL FROM:<${SENDER}>`, '250');
    await say(`RCPT TO:<${address}>`, '250');
    await say('DATA', '354');
    await say(
      `From: ${SENDER}\r\nTo: ${address}\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\n` +
        `Content-Type: text/plain; charset=utf-8\r\n\r\n${body.replace(/^\./gm, '..')}\r\n.`, '250');
    socket.write('QUIT\r\n');
  } finally {
    clearTimeout(timer);
    failed.catch(() => {});
    socket.end();
  }
}

// What a database of any encoding can store.
const printable = (text) => text.replace(/[^\x20-\x7e]/g, '?');

// Send it; the statement that says what has become of it.
async function deliver(message) {
  try {
    await send(message.address, ...write(message));
    return ['SELECT auth_finish_message($1)', [message.id]];
  } catch (error) {
    const permanent = error instanceof Refused && error.code >= '500';
    console.error(`message ${message.id} was not sent: ${error.code ?? error.message}`); // the answer may quote the message
    return ['SELECT auth_fail_message($1, $2, permanent => $3)', [message.id, printable(error.message), permanent]];
  }
}

let wake = () => {};
let woken = false;
let stopping = false;
const unsaid = []; // statements that the database does not know of yet

function wakeUp() {
  woken = true;
  wake();
}

// Until somebody wakes us.
function sleep(time) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, time);
    wake = () => { clearTimeout(timer); resolve(); };
    if (woken) wake();
  });
}

async function sayAll(client) {
  for (; unsaid.length > 0; unsaid.shift()) await client.query(...unsaid[0]);
}

// Send all that is due.
async function work(client) {
  while (!stopping) {
    const { rows: [message] } = await client.query(
      'SELECT * FROM auth_take_outbox(1, $1, $2::interval)', [Object.keys(texts.en), LEASE]);
    if (message === undefined) return;
    unsaid.push(await deliver(message));
    await sayAll(client);
  }
}

async function serve(client) {
  let lost = null;
  client.on('error', (error) => { lost = error; wakeUp(); });
  client.on('notification', wakeUp);
  await client.connect();
  await client.query('LISTEN auth_outbox'); // before the first look, or one could be missed
  console.log('waiting for messages');
  await sayAll(client);
  while (!stopping) {
    woken = false;
    await work(client);
    if (lost) throw lost;
    if (!stopping) await sleep(POLL);
  }
}

// Connect again and again, until we are told to stop.
async function main() {
  while (!stopping) {
    const client = new pg.Client();
    try {
      await serve(client);
    } catch (error) {
      console.error('database:', error.code ?? error.message);
      woken = false;
      if (!stopping) await sleep(RECONNECT);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

// What is being sent is sent, and nothing is begun any more.
process.on('SIGTERM', () => { stopping = true; wakeUp(); });
main();
