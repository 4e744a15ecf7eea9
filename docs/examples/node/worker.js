// Sending what auth has put in the outbox: pg and plain SMTP.
//
//   PGHOST=... PGUSER=mailer PGDATABASE=... SMTP=127.0.0.1:25 SITE=https://app.example node worker.js
//
// A message is taken, sent and then committed, one at a time: when the mail
// server refuses it or the worker dies, it is in the outbox again.  A crash
// between sending and committing sends it twice, never not at all.
'use strict';

const net = require('node:net');
const readline = require('node:readline');
const { Client } = require('pg');

const [HOST, PORT] = (process.env.SMTP ?? '127.0.0.1:25').split(':');
const SITE = process.env.SITE ?? 'http://localhost:8080';
const SENDER = process.env.SENDER ?? 'no-reply@localhost';
const POLL = 60_000; // notifications get lost when a connection does

const texts = {
  email_verification: (m) => ['Is this your address?', `Yes, it is mine: ${SITE}/verify-email#${m.token}`],
  password_reset: (m) => ['Choose a new password', `${SITE}/reset-password#${m.token}\r\n\r\nIf you did not ask for it, do nothing.`],
  sign_in: (m) => ['Sign in', `${SITE}/sign-in#${m.token}\r\n\r\nIf you did not ask for it, do nothing.`],
  email_change: (m) => ['Your new address', `Use this address from now on: ${SITE}/change-email#${m.token}`],
  email_changed: () => ['Your address was changed', 'Messages go to another address from now on. If that was not you, write to us.'],
};

// For good: trying again is of no use.
class Refused extends Error {}

// A conversation: each command waits for its answer, of which the code must fit.
async function send(address, subject, body) {
  // an address must not bring commands or headers of its own
  if (!/^[^\s<>\x00-\x20\x7f]+@[^\s<>\x00-\x20\x7f]+$/.test(address)) throw new Refused('not an address');
  const socket = net.connect(Number(PORT), HOST);
  socket.setTimeout(30_000, () => socket.destroy(new Error('timeout')));
  const failed = new Promise((resolve, reject) => socket.on('error', reject));
  const lines = readline.createInterface({ input: socket, crlfDelay: Infinity })[Symbol.asyncIterator]();
  const expect = async (code) => {
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), failed]);
      if (done) throw new Error('mail server: closed');
      if (!value.startsWith(code)) throw new (value.startsWith('5') ? Refused : Error)(value);
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
    failed.catch(() => {});
    socket.end();
  }
}

async function sendOrDrop(message) {
  try {
    const text = texts[message.purpose];
    if (text === undefined) throw new Refused(`nothing to say about ${message.purpose}`);
    await send(message.address, ...text(message));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error('dropped:', error.message);
  }
}

// Send one message; false: there is none.
async function sendOne(client) {
  await client.query('BEGIN');
  try {
    const { rows: [message] } = await client.query('SELECT * FROM auth_take_outbox(1)');
    if (message !== undefined) {
      await sendOrDrop(message);
    }
    await client.query('COMMIT');
    return message !== undefined;
  } catch (error) {
    await client.query('ROLLBACK'); // fails, and ends the worker, when the connection is lost
    throw error;
  }
}

async function main() {
  const client = new Client();
  let wake = () => {};
  let woken = false;
  let lost = false;
  client.on('error', () => { lost = true; wake(); });
  client.on('notification', () => { woken = true; wake(); });
  await client.connect();
  await client.query('LISTEN auth_outbox'); // before the first look, or one could be missed
  console.log('waiting for messages');
  for (;;) {
    woken = false;
    let pause = POLL;
    try {
      while (await sendOne(client));
    } catch (error) {
      // the message stays; its token is in no log
      console.error('not sent:', error.message);
      if (lost) throw error;
      pause = 1000;
      woken = false;
    }
    if (woken) continue;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, pause);
      wake = () => { clearTimeout(timer); resolve(); };
    });
  }
}

process.on('SIGTERM', () => process.exit(0));
main().catch((error) => {
  console.error('stopped:', error.code ?? error.message);
  process.exit(1);
});
