// Shows the section of the path, and sends its forms.
//
// The token of a link is behind "#", which browsers send to nobody.  It is
// taken out of the address bar, and goes into the form.
const token = location.hash.slice(1);
const target = new URLSearchParams(location.search).get('target') ?? '';
const section = document.getElementById(location.pathname.slice(1)) ?? document.getElementById('home');

history.replaceState(null, '', location.pathname);
section.hidden = false;

function send(form) {
  const fields = new URLSearchParams(new FormData(form));
  return form.getAttribute('method') === 'get'
    ? fetch(`${form.getAttribute('action')}?${fields}`)
    : fetch(form.getAttribute('action'), { method: 'POST', body: fields });
}

for (const form of section.querySelectorAll('form')) {
  if (form.elements.token) form.elements.token.value = token;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const response = await send(form);
    document.getElementById('answer').textContent = await response.text();
    // a page of this site, which the message was asked to lead to
    if (response.ok && /^\/(?![/\\])/.test(target)) location.assign(target);
  });
}
