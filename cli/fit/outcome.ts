import { type FittedModel, type Result, succeed } from '../../api/index.ts';
import type { FleetFit, RefusedQuantity } from '../../planner/index.ts';
import { fittedModelFile } from '../plan/load-fitted-models.ts';
import { saveFittedModel } from './save-fitted-model.ts';

interface FittedPlace {
  readonly deployment: string;
  readonly namespace: string;
  readonly environment: string;
}

/** What became of one graph. */
export type FitOutcome = FittedPlace &
  (
    | {
        /** Written is also what a dry run would write; unchanged is a file that says the same already. */
        readonly kind: 'written' | 'unchanged';
        readonly file: string;
        readonly model: FittedModel;
        /** Quantities that keep the default forecast, and why. */
        readonly refused: readonly RefusedQuantity[];
        /** Why no late price was chosen, where one was asked for. */
        readonly refusedPrice: string | undefined;
        /** What of the metrics was left out, in words. */
        readonly notes: readonly string[];
      }
    | { readonly kind: 'refused'; readonly reason: string }
  );

/** Writes the model of a graph that could be fitted, unless its file says the same already or is somebody's own. */
export async function outcomeOf(
  { graph, fit }: FleetFit,
  { cwd, isDryRun }: { readonly cwd: string; readonly isDryRun: boolean },
): Promise<Result<FitOutcome>> {
  const { name, namespace, environment } = graph;
  const place: FittedPlace = { deployment: name, namespace, environment };
  if (fit.kind === 'refused') return succeed({ ...place, kind: 'refused', reason: fit.reason });
  const file = fittedModelFile(graph);
  const saved = await saveFittedModel(cwd, file, fit.model, isDryRun);
  if (!saved.ok) {
    const [problem] = saved.error;
    const reason = `${file} ${problem?.message}; ${problem?.hint}`;
    return problem?.code === 'refused' ? succeed({ ...place, kind: 'refused', reason }) : saved;
  }
  const { model, refused, refusedPrice, notes = [] } = fit;
  return succeed({ ...place, kind: saved.value, file, model, refused, refusedPrice, notes });
}
