// Says that an IMEI is mistyped before it is sent; the server says the same to whoever runs no scripts.
const form = document.querySelector('form[data-imei]');
const input = form?.elements.namedItem('identifier');
const note = document.getElementById('identifier-error');

function mistyped(text) {
  const digits = text.normalize('NFKC').replace(/[\s\-./\\:_]/g, '');
  if (!/^\d{15}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < 15; i += 1) {
    const doubled = Number(digits[i]) * (i % 2 === 1 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 !== 0;
}

function check() {
  const wrong = mistyped(input.value);
  note.textContent = wrong ? form.dataset.imei : '';
  if (wrong) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
  return !wrong;
}

if (form && input && note) {
  let warned = null;
  // While it is typed: a line that appears on leaving the field would move the button from under the finger.
  input.addEventListener('input', check);
  form.addEventListener('submit', (event) => {
    // Some serial numbers have fifteen digits: whoever means it sends it again.
    if (check() || input.value === warned) return;
    warned = input.value;
    event.preventDefault();
    input.focus();
  });
}
