import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Html } from '../../../lib/report/html.ts';
import { html } from './html.ts';

const style = new Html(readFileSync(join(import.meta.dirname, 'style.css'), 'utf8'));

/** A page that needs nothing but itself. */
export const htmlDocument = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body><main>${body}</main></body>
</html>
`.markup;
