/* Follows runs by server-sent events. */
(() => {
  const states = new Map();
  const rows = new Map();
  const body = document.querySelector('#runs tbody');
  const connection = document.getElementById('connection');
  const short = (value) =>
    value === null || value === undefined
      ? '–'
      : Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
        ? value.toExponential(2)
        : String(Number(value.toPrecision(4)));
  const duration = (seconds) => {
    if (seconds === null) return '–';
    const whole = Math.max(0, Math.round(seconds));
    const tail = `${String(Math.floor((whole % 3600) / 60)).padStart(whole >= 3600 ? 2 : 1, '0')}:${String(whole % 60).padStart(2, '0')}`;
    return whole >= 3600 ? `${Math.floor(whole / 3600)}:${tail}` : tail;
  };
  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  function curveOf(points, title) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('class', 'curve');
    svg.setAttribute('viewBox', '0 0 100 30');
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('role', 'img');
    svg.setAttribute(
      'aria-label',
      points.length > 1
        ? `Loss of ${title} from ${short(points[0][1])} to ${short(points.at(-1)[1])}`
        : `No loss of ${title} yet`,
    );
    const known = points.filter(([, loss]) => typeof loss === 'number');
    if (known.length < 2) return svg;
    const [steps, losses] = [known.map(([step]) => step), known.map(([, loss]) => loss)];
    const [first, last, low, high] = [steps[0], steps.at(-1), Math.min(...losses), Math.max(...losses)];
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute(
      'd',
      known
        .map(
          ([step, loss], index) =>
            `${index === 0 ? 'M' : 'L'}${((100 * (step - first)) / (last - first || 1)).toFixed(1)},${(28 - (26 * (loss - low)) / (high - low || 1)).toFixed(1)}`,
        )
        .join(''),
    );
    svg.append(path);
    return svg;
  }

  function rowOf(run) {
    const {
      key,
      title,
      status,
      step,
      steps,
      epoch,
      epochs,
      loss,
      parts,
      rate,
      left,
      metrics,
      curve,
      heard,
      warnings,
      error,
    } = run;
    const silent = status === 'running' && heard !== null ? (Date.now() - heard) / 1000 : 0;
    const row = element('tr');
    row.dataset.run = key;
    const state = element('td', { className: `state status-${status}` }, status);
    if (silent > 60)
      state.append(element('span', { className: 'small', textContent: `nothing heard for ${duration(silent)}` }));
    if (warnings > 0)
      state.append(
        element('span', { className: 'small', textContent: `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}` }),
      );
    if (error) state.append(element('span', { className: 'small', textContent: error.slice(0, 300) }));
    const bar = element('progress', { max: Math.max(1, steps), value: step });
    bar.setAttribute('aria-label', `Progress of ${title}`);
    const several =
      Object.entries(parts).length > 1
        ? Object.entries(parts)
            .map(([name, value]) => `${name} ${short(value)}`)
            .join(' · ')
        : '';
    // Of the end before those of validation.
    const named = Object.entries(metrics)
      .sort(([one], [other]) => Number(one.includes('/')) - Number(other.includes('/')))
      .slice(0, 3);
    const cells = [
      element('th', { className: 'name', textContent: title, scope: 'row' }),
      state,
      element(
        'td',
        {},
        bar,
        element('span', {
          className: 'small',
          textContent: steps > 0 ? `step ${step} of ${steps}, epoch ${epoch} of ${epochs}` : 'not begun',
        }),
      ),
      element('td', {}, short(loss), element('span', { className: 'small', textContent: several })),
      element('td', {}, curveOf(curve, title)),
      element('td', { className: 'number', textContent: rate === null ? '–' : String(Math.round(rate)) }),
      element('td', { className: 'number', textContent: status === 'running' ? duration(left) : '–' }),
      element(
        'td',
        { className: 'metrics' },
        ...(named.length === 0
          ? ['–']
          : named.map(([name, value]) =>
              element(
                'span',
                { className: 'metric' },
                name.replace(/^validation\//, 'val. '),
                ' ',
                element('strong', { textContent: short(value) }),
              ),
            )),
      ),
    ];
    row.append(...cells);
    return row;
  }

  function show(changed) {
    for (const run of changed) {
      states.set(run.key, run);
      const row = rowOf(run);
      const before = rows.get(run.key);
      if (before) before.replaceWith(row);
      else body.append(row);
      rows.set(run.key, row);
    }
    const counts = new Map();
    for (const { status } of states.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
    document
      .getElementById('counts')
      .replaceChildren(
        ...[...counts].map(([status, count]) =>
          element(
            'li',
            { className: `status-${status}` },
            element('strong', { textContent: String(count) }),
            ` ${status}`,
          ),
        ),
      );
  }

  // The token need not stay where somebody looks over one's shoulder: the cookie has it.
  history.replaceState(null, '', location.pathname);
  const source = new EventSource('/events');
  source.addEventListener('all', ({ data }) => {
    states.clear();
    rows.clear();
    body.replaceChildren();
    show(JSON.parse(data));
    connection.textContent = 'live';
  });
  source.addEventListener('runs', ({ data }) => show(JSON.parse(data)));
  source.addEventListener('end', () => {
    source.close();
    connection.textContent = 'Ablate has ended; this is how things stood.';
  });
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED || connection.textContent === 'live')
      connection.textContent = 'connection lost, trying again';
  };
  setInterval(() => {
    for (const run of states.values())
      if (run.status === 'running' && run.heard !== null && Date.now() - run.heard > 60_000) show([run]);
  }, 5000);

  const button = document.getElementById('theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const setTheme = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.textContent = theme === 'dark' ? 'Light colors' : 'Dark colors';
  };
  setTheme(system.matches ? 'dark' : 'light');
  button.addEventListener('click', () =>
    setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'),
  );
})();
