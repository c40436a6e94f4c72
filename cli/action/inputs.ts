import { split } from 'shlex';
import { closestName } from '../../api/closest-name.ts';
import { fail, type Result, succeed } from '../../api/index.ts';
import { ACTION_COMMANDS } from './commands.ts';

type Environment = { readonly [name: string]: string | undefined };

/** What a step of a workflow asks of the action. */
export interface ActionInputs {
  readonly command: string;
  /** The whole command line: the command, its words, and what follows from where it runs. */
  readonly words: readonly string[];
  /** The folder that it runs in, from the root of the checkout; empty for the root. */
  readonly folder: string;
  /** The environment that the command sees. */
  readonly env: Environment;
  /** Whether exit code 3, held or refused, fails the step. */
  readonly failsOnHeld: boolean;
}

/** Reads the inputs, which come as variables `INPUT_<NAME>`. */
export function readInputs(env: Environment): Result<ActionInputs> {
  const input = (name: string): string => env[`INPUT_${name.toUpperCase()}`]?.trim() ?? '';
  const given = words(input('command'));
  if (!given.ok) return given;
  const [command = '', ...rest] = given.value;
  const names = [...ACTION_COMMANDS.keys()];
  if (!names.includes(command)) {
    const near = closestName(command, names);
    const shown = command === '' ? 'it is empty' : `${JSON.stringify(command)} is not one that the action runs`;
    const hint = near === undefined ? `one of ${names.join(', ')}` : `did you mean "${near}"?`;
    return fail({ code: 'usage', path: 'command', message: shown, hint });
  }
  const held = input('fail-on-held');
  if (!['', 'true', 'false'].includes(held)) {
    return fail({ code: 'usage', path: 'fail-on-held', message: 'is neither "true" nor "false"' });
  }
  const branch = branchOfWorkflow(env);
  if (command === 'verify' && rest.length === 0 && branch === '') {
    const message = '"verify" names no branch, and the workflow runs for no pull request that could';
    return fail({ code: 'usage', path: 'command', message, hint: 'name the branch, or run on pull_request' });
  }
  const folder = input('working-directory').replace(/^\.\/+|^\.$|\/+$/g, '');
  const usesForge = ACTION_COMMANDS.get(command)?.usesForge === true;
  return succeed({
    command,
    words: [
      ...(folder === '' ? [] : ['-C', folder]),
      command,
      // Before the words that are given: behind a "--" no option is read.
      ...(usesForge ? forgeWords(rest, env) : []),
      ...rest,
      ...(command === 'verify' && rest.length === 0 ? ['--', branch] : []),
    ],
    folder,
    env: usesForge && input('token') !== '' ? { ...env, GITHUB_TOKEN: input('token') } : env,
    failsOnHeld: held !== 'false',
  });
}

function words(line: string): Result<readonly string[]> {
  try {
    return succeed(split(line));
  } catch {
    return fail({ code: 'usage', path: 'command', message: 'a quotation mark in it is never closed' });
  }
}

/** In a workflow proposals live at GitHub, in the workflow's repository. */
function forgeWords(given: readonly string[], env: Environment): readonly string[] {
  const { GITHUB_REPOSITORY: repository = '' } = env;
  const forge = optionValue(given, '--forge');
  const isElsewhere = forge !== undefined && forge !== 'github';
  return [
    ...(forge === undefined ? ['--forge', 'github'] : []),
    ...(isElsewhere || repository === '' || optionValue(given, '--repo') !== undefined ? [] : ['--repo', repository]),
  ];
}

/** The branch of the pull request that the workflow runs for; empty for any other workflow. */
function branchOfWorkflow(env: Environment): string {
  // What a merge queue tries is on a branch of its own, and verify knows whose.
  return (env.GITHUB_EVENT_NAME === 'merge_group' ? env.GITHUB_REF_NAME : env.GITHUB_HEAD_REF) ?? '';
}

function optionValue(given: readonly string[], option: string): string | undefined {
  const index = given.findIndex((word) => word === option || word.startsWith(`${option}=`));
  const word = given[index];
  return word === undefined ? undefined : word === option ? (given[index + 1] ?? '') : word.slice(option.length + 1);
}
