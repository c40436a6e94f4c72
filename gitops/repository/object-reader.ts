import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { type Problem, type Result, succeed } from '../../api/index.ts';
import { GIT_OPTIONS, gitProblem, spawnProblem } from './git.ts';

/** An object with its own name, whatever name it was asked for by. */
export interface ReadObject {
  readonly type: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** How long a process of git waits for the next question. */
const IDLE_MS = 500;

/**
 * Answers questions for objects from one process of git: starting one takes longer than most answers. It reads what is there
 * at the time of each question, keeps nobody from ending, and goes where nothing is asked for a while.
 */
export class ObjectReader {
  readonly #gitDir: string;
  readonly #env: NodeJS.ProcessEnv;
  #session: Session | undefined;

  constructor(gitDir: string, env: NodeJS.ProcessEnv) {
    this.#gitDir = gitDir;
    this.#env = env;
  }

  /** Starts the process, for a question that is still to be found. */
  warm(): void {
    this.#running();
  }

  /** Objects by name (`<commit>:<path>`), in the order of the names; undefined where there is none. */
  async read(names: readonly string[]): Promise<Result<readonly (ReadObject | undefined)[]>> {
    return names.length === 0 ? succeed([]) : this.#running().ask(names);
  }

  #running(): Session {
    if (this.#session?.isOpen !== true) this.#session = new Session(this.#gitDir, this.#env);
    return this.#session;
  }
}

interface Question {
  readonly expected: number;
  readonly found: (ReadObject | undefined)[];
  readonly resolve: (answer: Result<readonly (ReadObject | undefined)[]>) => void;
}

/** What git would answer for another name: a question ends with its line, before a carriage return, or at a zero byte. */
const CUT_SHORT = /[\n\0]|\r$/;

/** One process, from its start to its end. */
class Session {
  isOpen = true;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #questions: Question[] = [];
  readonly #idle: NodeJS.Timeout;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes without which there is nothing more to read. */
  #needed = 1;
  #stderr = '';

  constructor(gitDir: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn('git', [...GIT_OPTIONS, `--git-dir=${gitDir}`, 'cat-file', '--batch'], { env });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString('utf8');
    });
    this.#child.on('error', (cause) => this.#end(spawnProblem(cause)));
    this.#child.on('close', (code) =>
      this.#end(gitProblem('git cannot read objects', { exitCode: code ?? 1, stderr: this.#stderr })),
    );
    this.#idle = setTimeout(() => this.#close(), IDLE_MS).unref();
    holdOpen(this.#child, false);
  }

  ask(names: readonly string[]): Promise<Result<readonly (ReadObject | undefined)[]>> {
    const asked = names.filter((name) => !CUT_SHORT.test(name));
    return new Promise((resolve) => {
      const question: Question = {
        ...{ expected: asked.length, found: [] },
        resolve: (answer) =>
          resolve(
            answer.ok ? succeed(spread(names, new Map(asked.map((name, at) => [name, answer.value[at]])))) : answer,
          ),
      };
      if (asked.length === 0) return question.resolve(succeed([]));
      if (this.#questions.length === 0) holdOpen(this.#child, true);
      this.#questions.push(question);
      this.#child.stdin.write(`${asked.join('\n')}\n`);
    });
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return;
    const bytes = Buffer.concat(this.#chunks);
    let at = 0;
    for (let answer = nextAnswer(bytes, at); ; answer = nextAnswer(bytes, at)) {
      if (answer.kind === 'more') {
        this.#needed = answer.bytes;
        break;
      }
      at = answer.end;
      this.#answer(answer.object);
    }
    this.#chunks = [bytes.subarray(at)];
    this.#size = bytes.length - at;
  }

  #answer(object: ReadObject | undefined): void {
    const [question] = this.#questions;
    if (question === undefined) return;
    question.found.push(object);
    if (question.found.length < question.expected) return;
    this.#questions.shift();
    if (this.#questions.length === 0) {
      holdOpen(this.#child, false);
      this.#idle.refresh();
    }
    question.resolve(succeed(question.found));
  }

  #close(): void {
    if (this.#questions.length > 0) return;
    this.isOpen = false;
    this.#child.stdin.end();
  }

  #end(problem: Problem): void {
    this.isOpen = false;
    clearTimeout(this.#idle);
    for (const { resolve } of this.#questions.splice(0)) resolve({ ok: false, error: [problem] });
  }
}

function spread<T>(names: readonly string[], found: ReadonlyMap<string, T>): readonly (T | undefined)[] {
  return names.map((name) => found.get(name));
}

type Answer =
  | { readonly kind: 'object'; readonly object: ReadObject | undefined; readonly end: number }
  | { readonly kind: 'more'; readonly bytes: number };

/** A line with name, type and size, and then the object and a line's end; a line that says anything else is of no object. */
function nextAnswer(bytes: Buffer, at: number): Answer {
  const lineEnd = bytes.indexOf(0x0a, at);
  if (lineEnd < 0) return { kind: 'more', bytes: bytes.length - at + 1 };
  const header = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(bytes.toString('utf8', at, lineEnd));
  if (header === null) return { kind: 'object', object: undefined, end: lineEnd + 1 };
  const [, name = '', type = '', size = '0'] = header;
  const end = lineEnd + 1 + Number(size) + 1;
  if (end > bytes.length) return { kind: 'more', bytes: end - at };
  return { kind: 'object', object: { name, type, bytes: bytes.subarray(lineEnd + 1, end - 1) }, end };
}

/** Whether Node.js waits for a process before it ends. */
function holdOpen(child: ChildProcessWithoutNullStreams, isHeld: boolean): void {
  const pipes = [child.stdin, child.stdout, child.stderr].filter((pipe) => pipe instanceof Socket);
  for (const handle of [child, ...pipes]) {
    if (isHeld) handle.ref();
    else handle.unref();
  }
}
