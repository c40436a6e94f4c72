import { resolve } from 'node:path';
import { fail, type Result, succeed } from '../../api/index.ts';
import type { GitHubCredential } from '../../gitops/index.ts';
import type { CommandContext } from '../context.ts';
import { readTextInput } from '../files.ts';

const APP_VARIABLES = ['GITHUB_APP_ID', 'GITHUB_APP_INSTALLATION_ID', 'GITHUB_APP_PRIVATE_KEY_FILE'] as const;

/** A GitHub App where its three variables are set, else the token of GITHUB_TOKEN or GH_TOKEN. */
export async function githubCredential({
  env,
  cwd,
}: Pick<CommandContext, 'env' | 'cwd'>): Promise<Result<GitHubCredential>> {
  const value = (name: string): string | undefined => env[name]?.trim() || undefined;
  const [appId, installationId, keyFile] = APP_VARIABLES.map(value);
  if (appId !== undefined && installationId !== undefined && keyFile !== undefined) {
    const key = await readTextInput(resolve(cwd, keyFile), keyFile);
    if (!key.ok) return key;
    if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key.value)) {
      return fail({ code: 'unreadable', file: keyFile, message: 'is no private key in PEM' });
    }
    return succeed({ kind: 'app', appId, installationId, privateKey: key.value });
  }
  const missing = APP_VARIABLES.filter((name) => value(name) === undefined);
  if (missing.length < APP_VARIABLES.length) {
    return fail({ code: 'usage', message: `a GitHub App needs ${missing.join(' and ')} too` });
  }
  const token = value('GITHUB_TOKEN') ?? value('GH_TOKEN');
  if (token === undefined) {
    return fail({
      code: 'usage',
      message: 'GITHUB_TOKEN and GH_TOKEN are not set, and no GitHub App is',
      hint: 'docs/github.md says what the token must be allowed to do',
    });
  }
  if (!/^[\x21-\x7e]+$/.test(token)) return fail({ code: 'usage', message: 'the token has characters that none has' });
  return succeed({ kind: 'token', token });
}
