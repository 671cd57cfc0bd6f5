import type { Alert } from '../../lib/registry/alert.ts';

export type AlertFormat = 'slack' | 'teams' | 'json';

/** What Slack's markup would read as a mention, a link or an entity. Source: Slack, "Formatting text", escaping. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A text that Slack shows as it is: `plain_text` knows neither markup nor mentions, and `emoji` no names of pictures. */
const slackPlain = (text: string) => ({ type: 'plain_text', text, emoji: false });

/** An incoming webhook of Slack: blocks, and a text for notifications. */
function slackBody(alert: Alert): object {
  const facts = alert.facts.map(({ name, value }) => slackPlain(`${name}: ${value}`));
  const links = alert.links.map(
    ({ title, url }) => `<${slackText(url).replaceAll('|', '%7C')}|${slackText(title)}>`,
  );
  return {
    text: slackText(`${alert.title}: ${alert.text}`),
    // The text is no markup and no name in it is a link.
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: slackPlain(alert.title) },
      { type: 'section', text: slackPlain(alert.text || alert.status) },
      ...(facts.length === 0 ? [] : [{ type: 'section', fields: facts }]),
      ...(links.length === 0
        ? []
        : [{ type: 'context', elements: [{ type: 'mrkdwn', text: links.join(' · '), verbatim: true }] }]),
    ],
  };
}

/** A text that Adaptive Cards show as it is: runs know no Markdown, unlike text blocks and facts. */
const teamsText = (text: string, style: object = {}) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text, ...style }],
});

/** A workflow of Microsoft Teams that posts a card: a message with one Adaptive Card. */
const teamsBody = (alert: Alert): object => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        body: [
          teamsText(alert.title, {
            size: 'large',
            weight: 'bolder',
            color: alert.urgent ? 'attention' : 'default',
          }),
          teamsText(alert.text || alert.status),
          ...alert.facts.map(({ name, value }) => ({
            type: 'RichTextBlock',
            inlines: [
              { type: 'TextRun', text: `${name}: `, weight: 'bolder' },
              { type: 'TextRun', text: value },
            ],
          })),
        ],
        actions: alert.links.map(({ title, url }) => ({ type: 'Action.OpenUrl', title, url })),
      },
    },
  ],
});

/** How each format says an alert. */
export const alertBodies: Readonly<Record<AlertFormat, (alert: Alert) => object>> = {
  slack: slackBody,
  teams: teamsBody,
  json: (alert) => ({ schema: 'mlops-actions/alert/v1', ...alert }),
};
