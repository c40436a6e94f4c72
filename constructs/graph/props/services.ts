import type { EppConfig } from '../../../api/index.ts';
import {
  anObject,
  anyText,
  either,
  flag,
  type Mistake,
  number,
  oneOf,
  type Properties,
  required,
  shape,
  text,
} from '../../props/index.ts';
import type { OrderedBounds } from '../bounds.ts';
import type { CustomProps, EppProps, FrontendProps, PlannerProps, ServiceOptions, WorkerProps } from '../service.ts';
import { OPERATOR } from './operator.ts';
import { POD } from './pod.ts';
import { POD_SPEC } from './pod-spec.ts';
import { GPU, RESOURCES } from './resources.ts';
import { STORAGE } from './storage.ts';

const OPTIONS: Properties<ServiceOptions> = { ...POD, ...POD_SPEC, ...RESOURCES, ...STORAGE, ...OPERATOR };

const BOUNDS = shape<OrderedBounds<number, number>>('{ min, max }', { min: required(number), max: required(number) });

const EPP_CONFIG = shape<EppConfig>('{ config } or { configMapRef }', { config: anObject(), configMapRef: anObject() });

interface Scaled {
  readonly replicas?: unknown;
  readonly scalingAdapter?: unknown;
}

function scaledOnce({ replicas, scalingAdapter }: Scaled): readonly Mistake[] {
  if (scalingAdapter !== true || replicas === undefined) return [];
  return [
    { path: '.replicas', message: 'has no place beside "scalingAdapter: true", which decides how many there are' },
  ];
}

function scaled(props: Scaled): readonly Mistake[] {
  if (props.scalingAdapter === true || props.replicas !== undefined) return scaledOnce(props);
  const message = 'is missing; it must be a number or { min, max }, or "scalingAdapter: true" stands in its place';
  return [{ path: '.replicas', message }];
}

export const FRONTEND = shape<FrontendProps>(
  'an object',
  { ...OPTIONS, name: text, replicas: either(number, BOUNDS), scalingAdapter: flag },
  scaledOnce,
);

export const WORKER = shape<WorkerProps>(
  'an object',
  {
    ...OPTIONS,
    name: text,
    gpus: required(GPU),
    engine: flag,
    replicas: either(number, BOUNDS),
    scalingAdapter: flag,
  },
  scaled,
);

export const PLANNER = shape<PlannerProps>('an object', { ...OPTIONS, name: text });

export const EPP = shape<EppProps>('an object', { ...OPTIONS, name: text, eppConfig: required(EPP_CONFIG) });

export const CUSTOM = shape<CustomProps>(
  'an object',
  {
    ...OPTIONS,
    name: required(text),
    type: anyText(),
    subType: anyText(),
    eppConfig: EPP_CONFIG,
    replicas: either(number, BOUNDS, oneOf('unset')),
    scalingAdapter: flag,
  },
  scaledOnce,
);
