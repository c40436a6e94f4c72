declare const packages: {
  readonly cdk8s: typeof import('cdk8s');
  readonly constructs: typeof import('constructs');
  readonly loadCdk8sPlus: () => typeof import('cdk8s-plus-28');
};
export = packages;
