import type { HttpReply } from '../runtime.ts';

/** How a server of the user's took a request, as the end of a sentence: `answered 500`. */
export function replyText(reply: HttpReply): string {
  if (reply.kind === 'no-answer') return `gave no answer (${reply.reason}: ${reply.message})`;
  const { status } = reply;
  return status >= 300 && status < 400
    ? `answered ${status}, a redirect, which is not followed; write the final address into the rollout file`
    : `answered ${status}`;
}
