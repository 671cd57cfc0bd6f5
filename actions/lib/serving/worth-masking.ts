/** Masking such words would blank them out of every document, and none of them is a key. */
const COMMON_WORD = /^(true|false|null|-?\d{1,7}(\.\d+)?|application\/json)$/i;

/** Whether a value the user gave for a server is to be kept out of everything that is written. */
export const worthMasking = (value: string): boolean => !COMMON_WORD.test(value);
