import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { html, Html } from '../report/html.ts';
import { pageStyle } from '../report/page-script.ts';

const own = (path: string): Promise<string> => readFile(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

/** Renders the page that follows runs; it asks its own server alone for anything. */
export async function watchPage(title: string, nonce: string): Promise<string> {
  const [style, more, script] = await Promise.all([pageStyle(), own('./page/watch.css'), own('./page/watch.mjs')]);
  return html`<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: live</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${new Html(style)}${new Html(more)}</style>
</head>
<body>
<header class="top"><h1>${title}</h1>
<ul class="counts" id="counts"></ul>
<p class="note"><span id="connection" role="status">connecting</span> <button type="button" id="theme">Dark colors</button></p></header>
<main>
<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table id="runs"><thead><tr><th scope="col">run</th><th scope="col">status</th><th scope="col">progress</th><th scope="col">loss</th><th scope="col">curve of the loss</th><th scope="col" class="number">images/s</th><th scope="col" class="number">time left</th><th scope="col">last evaluation</th></tr></thead><tbody></tbody></table></div>
</main>
<script nonce="${nonce}">${new Html(script.replace(/<\/(script)/gi, '<\\/$1'))}</script>
</body>
</html>
`.text;
}
