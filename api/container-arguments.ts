import { split } from 'shlex';
import type { JsonObject } from './json.ts';

/**
 * A container's arguments as words. Each element is split as a POSIX shell would, since manifests write both
 * `["--model", "x"]` and `["python3 -m dynamo.vllm --model x"]`. Text that no shell would accept stays one word.
 */
export function argumentWords(args: unknown): readonly string[] {
  const elements = typeof args === 'string' ? [args] : Array.isArray(args) ? args : [];
  return elements.filter((element) => typeof element === 'string').flatMap(splitWords);
}

function splitWords(text: string): readonly string[] {
  try {
    return split(text);
  } catch {
    return [text];
  }
}

/** Flags that name the served model, first match wins (Dynamo planner, 2026-02 and later). */
const MODEL_FLAGS = ['--served-model-name', '--model-name', '--model'] as const;

/** The model that a worker's arguments say it serves, or undefined: exactly what Dynamo's planner finds. */
export function modelNameOf(words: readonly string[]): string | undefined {
  for (const flag of MODEL_FLAGS) {
    const value = valueAfter(words, flag);
    if (value !== undefined) return value;
  }
  return undefined;
}

function valueAfter(words: readonly string[], flag: string): string | undefined {
  const position = words.indexOf(flag);
  return position < 0 ? undefined : words[position + 1];
}

/**
 * The model that a container serves. Beyond what Dynamo's planner finds this takes `--model=…`, SGLang's `--model-path`,
 * and the command where the arguments name none, as in `["sh", "-c", "exec python3 -m dynamo.vllm --model …"]`.
 * Undefined for a name that a shell or Kubernetes would first have to fill in (`$MODEL`, `$(MODEL)`).
 */
export function servedModel(container: JsonObject): string | undefined {
  for (const words of [argumentWords(container.args), argumentWords(container.command)]) {
    const separated = words.flatMap(separateValue);
    const name = modelNameOf(separated) ?? valueAfter(separated, '--model-path');
    if (name !== undefined) return /[$]|^-|^$/.test(name) ? undefined : name;
  }
  return undefined;
}

/** `--model=x` → `--model`, `x`. */
function separateValue(word: string): readonly string[] {
  const equals = word.indexOf('=');
  return word.startsWith('--') && equals > 0 ? [word.slice(0, equals), word.slice(equals + 1)] : [word];
}
