import { describe, expect, test } from 'vitest';
import {
  faults,
  type Respond,
  speaksKserve,
  speaksMlflow,
  speaksOip,
  startServer,
} from '../support/model-servers.ts';
import { comparedOf, evaluated, metricOf, refused } from './evaluate-model-runs.ts';

/** Eight rows whose label is whether x is above 4, but for two. */
const DATA = `id,x,label
a,1,no
b,2,no
c,3,yes
d,4,no
e,5,yes
f,6,no
g,7,yes
h,8,yes
`;
const files = { 'test.csv': DATA };

/** A command line that has node run a script, which may hold neither single quotes nor a backslash. */
const node = (script: string): string =>
  `'${process.execPath}' -e '${`const fs = require("node:fs"); const { MLOPS_DATA, MLOPS_OUT } = process.env; const rows = fs.readFileSync(MLOPS_DATA, "utf8").trim().split(/[^ -~]+/).slice(1).map((line) => line.split(",")); const said = (x) => (x > 4 ? "yes" : "no"); ${script}`}'`;
const write = (what: string, to = 'MLOPS_OUT'): string => `fs.writeFileSync(${to}, ${what})`;
const CSV = '["prediction", ...rows.map(([, x]) => said(x))].join(String.fromCharCode(10))';
const JSONL =
  'rows.map(([id, x]) => JSON.stringify({ id, prediction: said(x) })).join(String.fromCharCode(10))';
const WITH_IDS =
  '["id,prediction", ...rows.reverse().map(([id, x]) => id + "," + said(x))].join(String.fromCharCode(10))';

describe('a command scores the data', () => {
  const inputs = { data: 'test.csv', 'positive-label': 'yes' };

  test.each([
    { way: 'CSV at the path it is given', command: node(write(CSV)) },
    { way: 'JSON lines', command: node(write(JSONL, 'MLOPS_OUT + ".jsonl"')) },
    { way: 'with ids, in another order', command: node(write(WITH_IDS)), own: { id: 'id' } },
    {
      way: 'through bash',
      command: `${node(write(CSV))} && test -s "$MLOPS_OUT" | cat`,
      own: { shell: 'bash' },
    },
  ])('$way', async ({ command, own = {} }) => {
    const { document, outcome } = await evaluated({ ...inputs, ...own, command }, { files });
    expect(outcome.verdict).toBe('pass');
    expect(document).toMatchObject({ task: 'binary', dataset: { path: 'test.csv', rows: 8 } });
    // Six of eight by counting: c and f are wrong.
    expect(metricOf(document, 'accuracy')?.value).toBe(0.75);
    expect(metricOf(document, 'throughput_rows_per_second')?.value).toBeGreaterThan(0);
  });

  test('compares with predictions of a baseline for the same data', async () => {
    const base = { 'base.csv': 'id,prediction\nh,no\ng,yes\nf,no\ne,no\nd,no\nc,no\nb,no\na,no\n' };
    const { document } = await evaluated(
      { ...inputs, id: 'id', command: node(write(WITH_IDS)), 'baseline-predictions': 'base.csv' },
      { files: { ...files, ...base } },
    );
    expect(comparedOf(document, 'accuracy')).toMatchObject({ candidate: 0.75, baseline: 0.625 });
    expect([document.baseline?.fixed?.count, document.baseline?.broken?.count]).toEqual([2, 1]);
  });

  test.each([
    {
      what: 'writes nothing',
      command: node(''),
      code: 'command-failed',
      says: /ended well but wrote nothing to \$MLOPS_OUT; expected predictions there/,
    },
    {
      what: 'writes an empty file',
      command: node(write('""')),
      code: 'command-failed',
      says: /the file it wrote is empty/,
    },
    {
      what: 'fails',
      command: node('console.error("no weights"); process.exit(3)'),
      code: 'command-failed',
      says: /ended with exit code 3.*\n?.*no weights/s,
    },
    { what: 'is not there', command: 'scoore --fast', code: 'not-found', says: /scoore/ },
    {
      what: 'writes too few rows',
      command: node(write('"prediction" + String.fromCharCode(10) + "yes"')),
      says: /it wrote 1 predictions for the 8 rows of test\.csv; expected one for each, or ids in both/,
    },
    {
      what: 'leaves an id out',
      command: node(write('["id,prediction", "a,yes", "b,no"].join(String.fromCharCode(10))')),
      own: { id: 'id' },
      says: /wrote no prediction for the id "c" of test\.csv/,
    },
    {
      what: 'writes an id twice',
      command: node(write('["id,prediction", "a,yes", "a,no"].join(String.fromCharCode(10))')),
      own: { id: 'id' },
      says: /predictions:3: column "id": the id "a" is that of predictions:2 too/,
    },
    {
      what: 'writes scores that are no numbers',
      command: node(
        write('["score", ...rows.map(([, x]) => x === "3" ? "high" : 0.5)].join(String.fromCharCode(10))'),
      ),
      own: { score: 'score' },
      says: /predictions:4: column "score": expected a number, found "high"/,
    },
    {
      what: 'writes no column of predictions',
      command: node(write('["predicted", ...rows.map(() => "yes")].join(String.fromCharCode(10))')),
      code: 'invalid-input',
      says: /no column "prediction"; did you mean "predicted"/,
    },
    { what: 'needs a shell', command: 'scorer < test.csv > out.csv', code: 'invalid-input', says: /shell/ },
  ])('one that $what is an error', async ({ command, own = {}, code = 'invalid-file', says }) => {
    expect(await refused({ ...inputs, ...own, command }, { files })).toEqual({
      code,
      message: expect.stringMatching(says),
      left: [],
    });
  });
});

const xOf = (row: unknown): number => (Array.isArray(row) ? Number(row[0]) : Number(Object(row)['x']));
const label = (row: unknown): string => (xOf(row) > 4 ? 'yes' : 'no');
const probability = (row: unknown): number => xOf(row) / 10;

describe('an endpoint scores the data', () => {
  const inputs = {
    data: 'test.csv',
    'positive-label': 'yes',
    features: 'x',
    task: 'binary',
    'allow-private-network': 'true',
    'batch-size': '3',
  };
  const plainJson: Respond = ({ method, body }) =>
    method === 'POST' ? { body: { predictions: JSON.parse(body).instances.map(label) } } : undefined;

  test.each([
    {
      protocol: 'oip-v2',
      responder: speaksOip('m', { inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 1] }] }, ([x]) => [
        {
          name: 'p',
          datatype: 'BYTES',
          shape: [x?.data.length ?? 0],
          data: (x?.data ?? []).map((value) => label([value])),
        },
      ]),
      path: '/v2/models/m',
    },
    { protocol: 'kserve-v1', responder: speaksKserve('m', (rows) => rows.map(label)), path: '/v1/models/m' },
    { protocol: 'mlflow', responder: speaksMlflow((rows) => rows.map(label)), path: '/invocations' },
    { protocol: 'json', responder: plainJson, path: '/score' },
  ])('by $protocol', async ({ protocol, responder, path }) => {
    await using server = await startServer(responder);
    const { document } = await evaluated(
      { ...inputs, protocol, endpoint: `${server.origin}${path}` },
      { files },
    );
    expect(metricOf(document, 'accuracy')?.value).toBe(0.75);
    expect(metricOf(document, 'latency_ms_p95')).toMatchObject({ n: 3, kind: 'resource' });
    expect(metricOf(document, 'request_error_rate')?.value).toBe(0);
  });

  test('gives probabilities, from which labels follow', async () => {
    await using server = await startServer(speaksMlflow((rows) => rows.map(probability)));
    const { document } = await evaluated(
      { ...inputs, protocol: 'mlflow', endpoint: server.origin },
      { files },
    );
    // 13 of 16 pairs are in order, by counting; none is tied.
    expect(metricOf(document, 'roc_auc')?.value).toBeCloseTo(13 / 16, 12);
  });

  test('is asked again after an error of the server, which counts and is told', async () => {
    await using server = await startServer(
      faults({ status: 500, body: 'busy' }),
      speaksMlflow((rows) => rows.map(label)),
    );
    const { document, recorded } = await evaluated(
      { ...inputs, protocol: 'mlflow', endpoint: server.origin },
      { files },
    );
    expect(metricOf(document, 'accuracy')?.value).toBe(0.75);
    expect(metricOf(document, 'request_error_rate')?.value).toBe(0.25);
    expect(
      recorded.log.some(
        ({ level, message }) => level === 'warning' && message.includes('1 of 4 requests failed'),
      ),
    ).toBe(true);
  });

  const html = {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<!doctype html><title>Log in</title>',
  };
  test.each([
    { what: 'HTML with status 200', responder: (() => html) as Respond, says: /HTML/i },
    {
      what: 'too few predictions',
      responder: speaksMlflow(() => ['yes']),
      says: /1 prediction.*3 rows|3 rows.*1 prediction/,
    },
    {
      what: 'a refusal',
      responder: (() => ({ status: 401, body: 'who are you?' })) as Respond,
      says: /401/,
    },
  ])('$what is an error', async ({ responder, says }) => {
    await using server = await startServer(responder);
    const found = await refused({ ...inputs, protocol: 'mlflow', endpoint: server.origin }, { files });
    expect(found).toMatchObject({ message: expect.stringMatching(says), left: [] });
    expect(found.code).toBe('server-failed');
  });

  test('a private address is refused unless it is allowed', async () => {
    await using server = await startServer(speaksMlflow((rows) => rows.map(label)));
    const found = await refused(
      { ...inputs, 'allow-private-network': 'false', protocol: 'mlflow', endpoint: server.origin },
      { files },
    );
    expect(found).toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/allow-private-network/),
      left: [],
    });
    expect(server.received).toEqual([]);
  });
});
