// Keeps the open page of a repair up to date: an event says that something moved, then the page itself is fetched again.
(() => {
  const POLL_MS = 30_000;
  const AGAIN_MS = 5_000;
  const TRIES = 3;
  /** Addresses of files end after a quarter of an hour. */
  const FILES_MS = 600_000;
  const lang = document.documentElement.lang;

  let seq = Number(document.querySelector('[data-seq]')?.dataset.seq) || 0;
  let source = null;
  let failures = 0;
  let poll = null;
  let again = null;
  let fetching = null;
  let ended = false;

  // Outside of <main>, so that it stays the same element while what it tells of is put in place.
  const teller = document.createElement('p');
  teller.className = 'away';
  teller.setAttribute('role', 'status');
  document.body.append(teller);

  const shown = () => document.querySelector('main');

  /** Where it stands, whether it is on hold, the promised day and the next step, as one hears them. */
  function standing() {
    const parts = ['h1', '.standing .stamp', '.promise dt', '.promise b', '.turn .who', '.turn > p[dir]'];
    const texts = parts.map((part) => shown()?.querySelector(part)?.textContent.trim());
    return texts.filter(Boolean).join(lang === 'en' ? '. ' : '。');
  }
  let said = standing();

  /** What tells one thing that can have the focus from the others: a file has the same address but for its end. */
  const nameOf = (one) => one.id || one.getAttribute('href')?.replace(/^(\/f\/\w+)\?.*/, '$1') || one.textContent;
  const alike = (main, name) => [...main.querySelectorAll('a, summary')].filter((one) => nameOf(one) === name);

  /** Whether somebody is at a form, which is never taken away under their hands. */
  const busy = () => shown()?.contains(document.activeElement) && document.activeElement.matches('input, select, textarea, button');

  function put(page) {
    const fresh = page.querySelector('main');
    const old = shown();
    seq = Math.max(seq, Number(page.querySelector('[data-seq]')?.dataset.seq) || 0);
    if (!fresh || !old || fresh.innerHTML === old.innerHTML) return;
    const focused = old.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    const at = focused === null ? -1 : alike(old, focused).indexOf(document.activeElement);
    const open = [...old.querySelectorAll('details')].map((one) => one.open);
    old.replaceWith(document.importNode(fresh, true));
    document.title = page.title;
    for (const [index, one] of shown().querySelectorAll('details').entries()) one.open = open[index] ?? one.open;
    if (at >= 0) {
      const same = alike(shown(), focused);
      (same[at] ?? same[0])?.focus({ preventScroll: true });
    }
    const now = standing();
    if (now !== said) teller.textContent = now;
    said = now;
  }

  /** True where the page shows the present now. */
  async function fetched() {
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
      if (answer.status === 401 || answer.status === 404) {
        // The link has ended: what is shown is the last that may be.
        ended = true;
        stop();
        return true;
      }
      if (!answer.ok) return false;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (busy()) return false;
      put(page);
      return true;
    } catch {
      return false;
    }
  }

  function refresh() {
    clearTimeout(again);
    // One at a time: what moves while a page is on its way is asked for after it.
    fetching = (fetching ?? Promise.resolve()).then(async () => {
      if (ended || (await fetched())) return;
      clearTimeout(again);
      again = setTimeout(refresh, AGAIN_MS);
    });
    return fetching;
  }

  async function onEvent(event) {
    failures = 0;
    const id = Number(event.lastEventId);
    if (id <= seq) return;
    seq = id;
    const before = said;
    await refresh();
    // Something else on the page has changed.
    if (said === before) teller.textContent = JSON.parse(event.data).label;
  }

  /** Asks every half minute while there is no stream, and tries for one each time. */
  function ask(on) {
    if (!on) {
      clearInterval(poll);
      poll = null;
    } else {
      poll ??= setInterval(() => {
        void refresh();
        if (source === null || source.readyState === 2) listen();
      }, POLL_MS);
    }
  }

  function listen() {
    source?.close();
    source = null;
    if (ended) return;
    if (!('EventSource' in window)) return ask(true);
    source = new EventSource(`${location.pathname.replace(/\/$/, '')}/events?after=${seq}&locale=${lang}`);
    source.addEventListener('step', onEvent);
    source.addEventListener('change', onEvent);
    source.addEventListener('open', () => ask(false));
    source.addEventListener('error', () => {
      failures += 1;
      // Closed means refused: the browser does not try again by itself.
      if (failures >= TRIES || source?.readyState === 2) ask(true);
    });
  }

  function stop() {
    ask(false);
    clearTimeout(again);
    source?.close();
    source = null;
  }

  // A page that nobody sees needs no line; one that is seen again shows the present at once.
  function wake() {
    void refresh();
    listen();
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? stop() : wake()));
  addEventListener('pagehide', stop);
  addEventListener('pageshow', (event) => event.persisted && wake());
  setInterval(() => void (document.hidden || !shown()?.querySelector('[href^="/f/"]') || refresh()), FILES_MS);

  listen();
})();
