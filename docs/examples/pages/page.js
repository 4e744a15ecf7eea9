// Shows the section of the path, and sends its forms.
//
// The token of a link is behind "#", which browsers send to nobody.  It is
// taken out of the address bar, and goes into the form.
const target = new URLSearchParams(location.search).get('target') ?? '';

// Values go into fields of their names.
function show(id, values) {
  for (const section of document.querySelectorAll('section')) section.hidden = section.id !== id;
  for (const form of document.querySelectorAll(`#${id} form`))
    for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value;
}

function send(form) {
  const fields = new URLSearchParams(new FormData(form));
  return form.getAttribute('method') === 'get'
    ? fetch(`${form.getAttribute('action')}?${fields}`)
    : fetch(form.getAttribute('action'), { method: 'POST', body: fields });
}

// The picture comes from this site's server.
function tell({ qr_code: picture, ...answer }) {
  document.getElementById('answer').textContent = JSON.stringify(answer, null, 1);
  document.getElementById('qr-code').innerHTML = picture ?? '';
  if (picture) show('confirm-totp', { factor_id: answer.factor_id });
  if (answer.status === 'second_factor') show('complete-sign-in', { challenge: answer.challenge });
}

for (const form of document.forms)
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const response = await send(form);
    tell(await response.json());
    // a page of this site, which the message was asked to lead to
    if (response.ok && /^\/(?![/\\])/.test(target)) location.assign(target);
  });

const path = location.pathname.slice(1);
show(document.getElementById(path) ? path : 'home', { token: location.hash.slice(1) });
history.replaceState(null, '', location.pathname);
