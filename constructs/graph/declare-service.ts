import { SERVICE_ROLES, type ServiceRole } from '../../api/index.ts';
import type {
  CustomProps,
  DeclaredService,
  EppProps,
  FrontendProps,
  PlannerProps,
  Replicas,
  ServiceOptions,
  WorkerProps,
} from './service.ts';

/** What the kinds of service say of themselves; the rest is a default. */
interface Kind {
  readonly name: string;
  readonly role: ServiceRole;
  readonly type: string | undefined;
  readonly subType?: string | undefined;
  readonly replicas: Replicas | undefined;
}

function declare(kind: Kind, options: ServiceOptions, more: Partial<DeclaredService> = {}): DeclaredService {
  return {
    subType: undefined,
    ...kind,
    isReplicasUnset: false,
    isPaired: false,
    engine: undefined,
    eppConfig: undefined,
    options,
    ...more,
  };
}

export function declareFrontend(props: FrontendProps): DeclaredService {
  const replicas = props.scalingAdapter === true ? undefined : (props.replicas ?? 1);
  return declare({ name: props.name ?? 'Frontend', role: 'frontend', type: 'frontend', replicas }, props);
}

/** The planner finds prefill and decode by the sub-component type, whatever the services are called. */
export function declareWorker(role: 'worker' | 'prefill' | 'decode', props: WorkerProps): DeclaredService {
  const isPaired = role !== 'worker';
  const writesEngine = props.engine ?? props.command === undefined;
  return declare(
    { name: props.name ?? role, role, type: 'worker', subType: isPaired ? role : undefined, replicas: props.replicas },
    props,
    { isPaired, engine: writesEngine ? role : undefined },
  );
}

export function declarePlanner(props: PlannerProps): DeclaredService {
  return declare({ name: props.name ?? 'Planner', role: 'planner', type: 'planner', replicas: 1 }, props);
}

export function declareEpp(props: EppProps): DeclaredService {
  const { eppConfig } = props;
  return declare({ name: props.name ?? 'Epp', role: 'epp', type: 'epp', replicas: 1 }, props, { eppConfig });
}

export function declareCustom(props: CustomProps): DeclaredService {
  const { name, type, subType, eppConfig } = props;
  const isReplicasUnset = props.replicas === 'unset';
  const replicas = props.scalingAdapter === true ? undefined : (countOf(props.replicas) ?? 1);
  return declare({ name, role: roleOf(type, subType), type, subType, replicas }, props, { isReplicasUnset, eppConfig });
}

function countOf(replicas: CustomProps['replicas']): Replicas | undefined {
  return replicas === 'unset' ? undefined : replicas;
}

function roleOf(type: string | undefined, subType: string | undefined): ServiceRole {
  const written = subType === 'prefill' || subType === 'decode' ? subType : type;
  return SERVICE_ROLES.find((role) => role === written) ?? 'other';
}
