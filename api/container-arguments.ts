import { split } from 'shlex';

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

/** The model that a worker's arguments say it serves, or undefined. */
export function modelNameOf(words: readonly string[]): string | undefined {
  for (const flag of MODEL_FLAGS) {
    const position = words.indexOf(flag);
    if (position >= 0 && position + 1 < words.length) return words[position + 1];
  }
  return undefined;
}
