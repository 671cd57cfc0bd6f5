/** What names of columns make likely, for the reader to decide. */
const HINTS: readonly (readonly [name: RegExp, hint: string])[] = [
  [
    /^(e[_-]?mail|phone|mobile|telephone|first[_-]?name|last[_-]?name|full[_-]?name|surname|address|street|ssn|iban|birth[_-]?date|date[_-]?of[_-]?birth|dob|ip([_-]?address)?|passport([_-]?(no|number))?)$|[_-](e[_-]?mail|phone|ssn|iban)$/i,
    'about a person? "classification: pii" keeps its values out of reports',
  ],
  [
    /^(target|label|labels|class|y|outcome|churn(ed)?|is_fraud|fraud|survived|species|default(ed)?)$/i,
    'the label? "customProperties: [{property: mlRole, value: label}]" lets the checks of labels and leakage know',
  ],
  [
    /^(date|time|timestamp|datetime|month|day|created[_-]?at|event[_-]?time|observed[_-]?at|ds)$/i,
    'the time of the row? "mlRole: time" lets the check of temporal leakage know',
  ],
  [
    /^(customer|user|patient|account|session|household|device|subject|person|group)[_-]?(id|key|no|number)$/i,
    'who the row is about? "mlRole: group" lets the check of group leakage know',
  ],
];

/** Hints from the name of a column. */
export const nameHints = (name: string): readonly string[] =>
  HINTS.filter(([pattern]) => pattern.test(name)).map(([, hint]) => hint);
