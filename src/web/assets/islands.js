// @ts-check
// The few things that a page does by itself. Without script every page works: these save a second look.

/** Of a button pressed twice the second press goes nowhere. */
for (const form of document.querySelectorAll('form[data-once]')) {
  form.addEventListener('submit', (event) => {
    if (form.getAttribute('data-sent') !== null) {
      event.preventDefault();
      return;
    }
    form.setAttribute('data-sent', '');
    // Later, so that the button that was pressed still says its name.
    setTimeout(() => {
      for (const button of form.querySelectorAll('button')) button.disabled = true;
    }, 0);
  });
}
// Gone back to from another page, a form is fresh again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    form.removeAttribute('data-sent');
    for (const button of form.querySelectorAll('button')) button.disabled = false;
  }
});

/** Up and down through the links of a table, as in a sheet. */
for (const table of document.querySelectorAll('table[data-keys]')) {
  table.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || !(event.target instanceof HTMLAnchorElement)) return;
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const links = [...table.querySelectorAll('tbody th a')];
    const next = links[links.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    next.focus();
  });
}

/** Figures are grouped while they are typed, as they are read. */
for (const input of document.querySelectorAll('input[data-grouped]')) {
  input.addEventListener('input', () => {
    if (!(input instanceof HTMLInputElement)) return;
    const digits = input.value.replace(/\D/g, '');
    input.value = digits.replace(/\B(?=(\d{3})+$)/g, '.');
  });
}

/** What runs now is kept up to date by events; a line that is lost is taken up by the browser itself. */
for (const section of document.querySelectorAll('[data-live]')) {
  const list = section.querySelector('ul');
  const none = section.querySelector('[data-none]');
  const source = new EventSource(section.getAttribute('data-live') ?? '');
  source.addEventListener('running', (event) => {
    /** @type {{ job: string, told: string, done: string, total: string | null }[]} */
    const units = JSON.parse(event.data);
    if (none instanceof HTMLElement) none.hidden = units.length > 0;
    list?.replaceChildren(
      ...units.map(({ job, told, done, total }) => {
        const line = document.createElement('li');
        line.className = 'card';
        const name = document.createElement('b');
        name.textContent = job;
        line.append(name, ` ${told} `);
        if (total !== null && total !== '0') {
          const bar = document.createElement('progress');
          bar.max = Number(total);
          bar.value = Number(done);
          bar.setAttribute('aria-label', told);
          line.append(bar);
        }
        return line;
      }),
    );
  });
}
