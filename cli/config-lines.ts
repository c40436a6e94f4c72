import type { Problem } from '../api/index.ts';

/**
 * Gives findings about a YAML document the line of the field that they name, or of the nearest one that is there. Only a
 * document with findings is read with positions, since that costs more than reading it.
 */
export async function withLines(problems: readonly Problem[], text: string): Promise<readonly Problem[]> {
  const { isNode, LineCounter, parseDocument } = await import('yaml');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  return problems.map((problem) => {
    if (problem.path === undefined || problem.line !== undefined) return problem;
    const steps = stepsOf(problem.path);
    for (let length = steps.length; length > 0; length -= 1) {
      const node: unknown = document.getIn(steps.slice(0, length), true);
      if (!isNode(node) || !node.range) continue;
      const { line, col } = lineCounter.linePos(node.range[0]);
      return { ...problem, line, column: col };
    }
    return problem;
  });
}

/** `deployments[0].strategy` → `deployments`, 0, `strategy`. */
function stepsOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
}
