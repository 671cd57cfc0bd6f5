import { cutMarkdown } from '../../lib/report/limits.ts';
import type { Annotation, Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import { createStatus, type StatusRequest } from './commit-status.ts';
import type { WriteResult } from './github.ts';
import { readBack } from './read-back.ts';

export interface CheckRunRequest {
  readonly name: string;
  readonly headSha: string;
  /** Natural key: the same id on the same commit updates the run instead of adding one. */
  readonly externalId: string;
  readonly conclusion: 'success' | 'failure' | 'neutral';
  readonly title: string;
  readonly summary: string;
  /** Those without a file are left out: GitHub shows annotations on lines of files only. */
  readonly annotations: readonly Annotation[];
}

export interface CheckRuns {
  /** Creates or updates a completed check run; annotations go in batches of 50, the conclusion with the last one. */
  publish(request: CheckRunRequest): Promise<WriteResult<{ readonly id: number; readonly url: string }>>;
  /** Sets a commit status; description is cut at 140 characters. */
  status(request: StatusRequest): Promise<WriteResult<{ readonly id: number }>>;
}

interface CheckRun {
  readonly id: number;
  readonly url: string;
  readonly status: string;
  readonly conclusion: string | undefined;
  readonly externalId: string | undefined;
}

/** An annotation as GitHub takes it and gives it back. */
interface CheckAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: string;
  readonly message: string;
  readonly title?: string;
}

const RUNS = '/repos/{owner}/{repo}/check-runs';
const BATCH = 50;
const TEXT_LIMIT = 60_000;
const LEVELS = { error: 'failure', warning: 'warning', notice: 'notice' } as const;

const readRun = (answer: Answer): CheckRun => ({
  id: answer.integer('id'),
  url: answer.optionalText('html_url') ?? answer.text('url'),
  status: answer.text('status'),
  conclusion: answer.optionalText('conclusion'),
  externalId: answer.optionalText('external_id'),
});

/** @param redact - applied to annotations before they are compared with those that GitHub already has */
export function createCheckRuns(
  api: RepositoryApi,
  clock: Clock,
  redact: (text: string) => string,
): CheckRuns {
  async function find({ headSha, name, externalId }: CheckRunRequest): Promise<CheckRun | undefined> {
    const runs = await api.list(
      'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
      { ref: headSha, check_name: name, filter: 'all' },
      readRun,
      { key: 'check_runs' },
    );
    return runs.filter((run) => run.externalId === externalId).sort((a, b) => a.id - b.id)[0];
  }

  const annotationsOf = async (run: CheckRun): Promise<ReadonlySet<string>> =>
    new Set(await api.list(`GET ${RUNS}/{check_run_id}/annotations`, { check_run_id: run.id }, keyOfAnswer));

  /** Sends one batch; after a lost reply it is done when the run shows all that was sent. */
  async function send(
    run: CheckRun | undefined,
    request: CheckRunRequest,
    batch: readonly CheckAnnotation[],
    last: boolean,
  ): Promise<WriteResult<CheckRun>> {
    const body = {
      name: request.name,
      external_id: request.externalId,
      ...(last ? { status: 'completed', conclusion: request.conclusion } : { status: 'in_progress' }),
      output: {
        title: request.title.slice(0, 255),
        summary: cutMarkdown(request.summary, { maxCharacters: TEXT_LIMIT }),
        annotations: batch,
      },
    };
    const sent = run
      ? await api.write(`PATCH ${RUNS}/{check_run_id}`, { check_run_id: run.id }, body, readRun)
      : await api.write(`POST ${RUNS}`, {}, { ...body, head_sha: request.headSha }, readRun);
    return readBack(sent, clock, async () => {
      const now = await find(request);
      if (!now || (last && (now.status !== 'completed' || now.conclusion !== request.conclusion)))
        return undefined;
      const present = await annotationsOf(now);
      return batch.every((annotation) => present.has(keyOf(annotation))) ? now : undefined;
    });
  }

  async function publish(request: CheckRunRequest): Promise<WriteResult<CheckRun>> {
    let run = await find(request);
    const present = run ? await annotationsOf(run) : new Set<string>();
    const wanted = request.annotations
      .flatMap(toCheckAnnotation)
      .map((annotation) => ({ ...annotation, message: redact(annotation.message) }))
      .filter((annotation) => !present.has(keyOf(annotation)));
    const batches = Math.max(1, Math.ceil(wanted.length / BATCH));
    for (let i = 0; ; i++) {
      const last = i === batches - 1;
      const sent = await send(run, request, wanted.slice(i * BATCH, (i + 1) * BATCH), last);
      if (sent.kind !== 'done' || last) return sent;
      run = sent.value;
    }
  }

  return {
    async publish(request) {
      const result = await publish(request);
      return result.kind === 'done'
        ? { kind: 'done', value: { id: result.value.id, url: result.value.url } }
        : result;
    },
    status: createStatus(api, clock, redact),
  };
}

function toCheckAnnotation(annotation: Annotation): readonly CheckAnnotation[] {
  const { file, level, message, title, line = 1, column } = annotation;
  if (file === undefined) return [];
  const endLine = Math.max(line, annotation.endLine ?? line);
  return [
    {
      path: file,
      start_line: line,
      end_line: endLine,
      // GitHub takes columns only where the annotation stays on one line.
      ...(column !== undefined && endLine === line ? { start_column: column, end_column: column } : {}),
      annotation_level: LEVELS[level],
      message: message.slice(0, TEXT_LIMIT),
      ...(title === undefined ? {} : { title: title.slice(0, 255) }),
    },
  ];
}

const keyOf = ({ path, start_line, annotation_level, message }: CheckAnnotation): string =>
  JSON.stringify([path, start_line, annotation_level, message]);

const keyOfAnswer = (answer: Answer): string =>
  keyOf({
    path: answer.text('path'),
    start_line: answer.integer('start_line'),
    end_line: answer.integer('end_line'),
    annotation_level: answer.optionalText('annotation_level') ?? '',
    message: answer.optionalText('message') ?? '',
  });
