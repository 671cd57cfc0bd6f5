import { escapeHtml, templateOf } from '../../../lib/report/html.ts';

/** A template whose texts are escaped, and otherwise shown as they are: outputs of several lines among them. */
export const html = templateOf(escapeHtml);
