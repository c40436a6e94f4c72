import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  fail,
  formatProblem,
  OPERATOR_VERSIONS,
  type OperatorVersion,
  type Problem,
  parseOperatorVersion,
  type Result,
  succeed,
} from '../../api/index.ts';
import { checkDocuments, type ImportedApp, importApp } from '../../constructs/import/index.ts';
import { type ManifestDocument, readManifest } from '../../manifests/index.ts';
import type { CommandRunner } from '../command.ts';
import { loadCrds } from '../crd/load-crd.ts';
import { readInput, replaceFile } from '../files.ts';
import { importReport } from '../import/import-report.ts';
import { done, failed } from '../outcome.ts';
import { unexpected } from '../unexpected.ts';

export interface ImportInput {
  readonly file: string;
  readonly app?: string;
  readonly environment: string;
  readonly namespace?: string;
  readonly operator?: string;
  /** File of CustomResourceDefinitions. */
  readonly crd?: string;
  readonly dryRun: boolean;
}

/** Writes an app that renders a manifest's objects; an app that is there already is never touched. */
export const runImport: CommandRunner<ImportInput> = async (input, context) => {
  const { cwd, log } = context;
  const operatorVersion = operatorOf(input.operator);
  if (!operatorVersion.ok) return failed(operatorVersion.error);
  const documents = await readDocuments(cwd, input.file);
  if (!documents.ok) return failed(documents.error);
  if (input.crd !== undefined) {
    const schemas = await loadCrds(context, [input.crd]);
    if (!schemas.ok) return failed(schemas.error);
    const checked = checkDocuments(documents.value, schemas.value, input.file);
    if (!checked.ok) return failed(checked.error);
    for (const note of checked.value) log(`warning: ${formatProblem(note)}`);
  }
  const { file, app, environment, namespace } = input;
  const request = {
    file,
    documents: documents.value,
    app,
    environment,
    namespace,
    operatorVersion: operatorVersion.value,
  };
  const imported = importApp(request);
  if (!imported.ok) return failed(imported.error);
  const taken = await takenProblems(cwd, imported.value);
  if (taken.length > 0) return failed(taken);
  if (!input.dryRun) {
    const written = await writeApp(cwd, imported.value);
    if (!written.ok) return failed(written.error);
  }
  return done(importReport(imported.value, input.dryRun));
};

function operatorOf(text: string | undefined): Result<OperatorVersion | undefined> {
  if (text === undefined) return succeed(undefined);
  const version = parseOperatorVersion(text);
  if (version !== undefined) return succeed(version);
  const message = `--operator "${text}" is no release that is known; those are ${OPERATOR_VERSIONS.join(', ')}`;
  return fail({ code: 'usage', message });
}

async function readDocuments(cwd: string, file: string): Promise<Result<readonly ManifestDocument[]>> {
  const bytes = await readInput(resolve(cwd, file), file);
  if (!bytes.ok) return bytes;
  const { manifest, problems } = readManifest(file, bytes.value);
  return manifest === undefined || problems.length > 0 ? fail(...problems) : succeed(manifest.documents);
}

/** Main modules that synth would find, and every file that is to be written. */
async function takenProblems(cwd: string, { app, files }: ImportedApp): Promise<readonly Problem[]> {
  const candidates = new Set([
    ...['main.ts', 'main.mjs', 'main.js'].map((name) => `apps/${app}/${name}`),
    ...files.keys(),
  ]);
  const problems: Problem[] = [];
  for (const file of candidates) {
    const isThere = await lstat(join(cwd, file)).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    const message = 'is there already, and import overwrites nothing';
    problems.push({ code: 'refused', file, message, hint: 'give the app another name with --app' });
  }
  return problems;
}

/** The main module comes last: a folder without it is no app. */
async function writeApp(cwd: string, { files }: ImportedApp): Promise<Result<undefined>> {
  const lastFirst = [...files].reverse();
  for (const [file, text] of lastFirst) {
    try {
      await replaceFile(join(cwd, file), text);
    } catch (cause) {
      return fail({ ...unexpected(cause), file });
    }
  }
  return succeed(undefined);
}
