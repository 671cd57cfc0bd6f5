/** A time for people, to the minute: `13:12 UTC on 2026-10-10`. */
export const minuteText = (iso: string): string => `${iso.slice(11, 16)} UTC on ${iso.slice(0, 10)}`;
