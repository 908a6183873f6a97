/* Filters, sorting, theme. */
const live = document.getElementById('live');
const say = (text) => {
  live.textContent = text;
};

const form = document.getElementById('filters');
function applyFilters() {
  const words = form.elements.words.value.trim().toLowerCase();
  const status = form.elements.status.value;
  const choices = [...form.querySelectorAll('select[data-path]')].filter(({ value }) => value !== '');
  const wanted = page.runs.filter(
    (run) =>
      (words === '' || run.title.toLowerCase().includes(words)) &&
      (status === '' || run.status === status) &&
      choices.every(({ dataset, value }) => run.point[dataset.path] === value),
  );
  visible.runs = new Set(wanted.map(({ key }) => key));
  visible.groups = new Set(wanted.map(({ group }) => group));
  for (const one of document.querySelectorAll('[data-run]:not(.chart)'))
    one.hidden = !visible.runs.has(one.dataset.run);
  for (const one of document.querySelectorAll('[data-group]'))
    one.hidden = !visible.groups.has(page.groups[Number(one.dataset.group)]);
  for (const one of document.querySelectorAll('[data-groups]'))
    one.hidden = !one.dataset.groups.split(' ').every((index) => visible.groups.has(page.groups[Number(index)]));
  const count =
    wanted.length === page.runs.length
      ? `all ${page.runs.length} runs`
      : `${wanted.length} of ${page.runs.length} runs`;
  document.getElementById('shown').textContent = count;
  renderAgain();
}
let waiting;
form.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(applyFilters, 120);
});
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('reset', () => setTimeout(applyFilters));

for (const button of document.querySelectorAll('thead button')) {
  button.addEventListener('click', () => {
    const heading = button.closest('th');
    const descending = heading.getAttribute('aria-sort') !== 'descending';
    for (const other of heading.parentElement.children) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    const body = heading.closest('table').tBodies[0];
    const valueOf = (row) =>
      row.children[heading.cellIndex].dataset.value ?? row.children[heading.cellIndex].textContent;
    const order = (one, other) => {
      const [a, b] = [valueOf(one), valueOf(other)];
      const numbers = a !== '' && b !== '' && !Number.isNaN(Number(a)) && !Number.isNaN(Number(b));
      if (!numbers && (a === '' || b === '')) return a === '' ? 1 : -1;
      const difference = numbers ? Number(a) - Number(b) : a.localeCompare(b, undefined, { numeric: true });
      return descending ? -difference : difference;
    };
    body.append(...[...body.rows].sort(order));
  });
}

const themeButton = document.getElementById('theme');
const system = matchMedia('(prefers-color-scheme: dark)');
function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  themeButton.textContent = theme === 'dark' ? 'Light colors' : 'Dark colors';
  return renderAgain();
}
setTheme(system.matches ? 'dark' : 'light');
system.addEventListener('change', () => setTheme(system.matches ? 'dark' : 'light'));
themeButton.addEventListener('click', () => setTheme(isDark() ? 'light' : 'dark'));

/** All figures, in the colors of paper. */
let themeBefore;
async function prepareForPaper() {
  themeBefore ??= document.documentElement.dataset.theme;
  if (isDark()) await setTheme('light');
  await drawAll();
}
async function returnFromPaper() {
  if (themeBefore === 'dark') await setTheme('dark');
  themeBefore = undefined;
}
addEventListener('beforeprint', prepareForPaper);
addEventListener('afterprint', returnFromPaper);
document.getElementById('print').addEventListener('click', async () => {
  say('Drawing all figures for paper.');
  await prepareForPaper();
  print();
  await returnFromPaper();
});
