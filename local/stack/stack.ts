import { join, parse } from 'node:path';
import { ACCOUNT_ID, arnOf, PARTITION, REGION, URL_SUFFIX } from '../aws/account.ts';
import type { Assembly } from './assembly.ts';
import { findIntrinsic, type Scope } from './intrinsics.ts';
import { Properties } from './properties.ts';
import { assertKnownType } from './resource-types.ts';
import { plausibleAttribute, type ResourceValues, valuesOf } from './resource-values.ts';
import type { TemplateResource } from './template.ts';

/** A resource of the stack, everything in its properties resolved. */
export type Resource = {
  readonly logicalId: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` of `Arn` gives. */
  readonly arn: string;
  readonly properties: Properties;
  /** The folder of its asset, where it has one. */
  readonly assetPath: string | undefined;
};

const PUBLIC_ADDRESS = /https:\/\/\w+\.(execute-api\.[\w-]+\.amazonaws\.com|cloudfront\.net)/g;

/** A stack as it would be after a deployment to the runtime at `url`. */
export class Stack {
  readonly #assembly: Assembly;
  readonly #url: string;
  readonly #values = new Map<string, ResourceValues>();
  readonly #scope: Scope;

  /** @throws Error naming a resource of a type that the runtime does not know */
  constructor(assembly: Assembly, url: string) {
    this.#assembly = assembly;
    this.#url = url;
    this.#scope = {
      resolve: (value) => this.#resolve(value),
      ref: (name) => this.#ref(name),
      attribute: (logicalId, name) => this.#attribute(logicalId, name),
      condition: (name) => this.#condition(name),
      mapping: (map, first, second) => assembly.template.Mappings?.[map]?.[first]?.[second],
    };
    for (const [logicalId, { Type }] of this.#resources()) assertKnownType(logicalId, Type);
  }

  /** The resources of some types, in the order of the template. A type that ends in `::` is a family. */
  resourcesOf(...types: string[]): Resource[] {
    return this.#resources()
      .filter(([, { Type }]) =>
        types.some((type) => (type.endsWith('::') ? Type.startsWith(type) : Type === type)),
      )
      .map(([logicalId, resource]) => this.#read(logicalId, resource));
  }

  get outputs(): Record<string, string> {
    const outputs = Object.entries(this.#assembly.template.Outputs ?? {});
    const applying = outputs.filter(([, { Condition }]) => !Condition || this.#condition(Condition));
    return Object.fromEntries(applying.map(([name, { Value }]) => [name, String(this.#resolve(Value))]));
  }

  /** The folder of the asset that is an archive of this key in the bucket of assets. */
  assetDirectoryOf(objectKey: string): string {
    return join(this.#assembly.directory, `asset.${parse(objectKey).name}`);
  }

  #resources(): [string, TemplateResource][] {
    const resources = Object.entries(this.#assembly.template.Resources);
    return resources.filter(([, { Condition }]) => !Condition || this.#condition(Condition));
  }

  #read(logicalId: string, resource: TemplateResource): Resource {
    const asset = resource.Metadata?.['aws:asset:path'];
    return {
      logicalId,
      ref: String(this.#ref(logicalId)),
      arn: this.#attribute(logicalId, 'Arn'),
      properties: new Properties(`${logicalId} (${resource.Type})`, this.#resolve(resource.Properties ?? {})),
      assetPath: typeof asset === 'string' ? join(this.#assembly.directory, asset) : undefined,
    };
  }

  #resolve(value: unknown): unknown {
    if (Array.isArray(value))
      return value.map((item) => this.#resolve(item)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const intrinsic = findIntrinsic(value);
    if (intrinsic) return this.#atRuntime(intrinsic(this.#scope));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#resolve(item)]));
  }

  /** The public address of an HTTP API or a website, in whatever way it was put together, is this runtime's. */
  #atRuntime(value: unknown): unknown {
    if (typeof value !== 'string') return value;
    return value.replace(PUBLIC_ADDRESS, this.#url);
  }

  #ref(name: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name);
    const parameter = this.#assembly.template.Parameters?.[name];
    if (!parameter) return this.#valuesOf(name)?.ref ?? name;
    if (parameter.Default === undefined) throw new Error(`the parameter ${name} has no default`);
    return parameter.Default;
  }

  #pseudoParameter(name: string): string | undefined {
    const { stackName } = this.#assembly;
    const values: Record<string, string | undefined> = {
      'AWS::AccountId': ACCOUNT_ID,
      'AWS::NoValue': undefined,
      'AWS::Partition': PARTITION,
      'AWS::Region': REGION,
      'AWS::StackId': arnOf('cloudformation', `stack/${stackName}/local`),
      'AWS::StackName': stackName,
      'AWS::URLSuffix': URL_SUFFIX,
    };
    if (!(name in values)) throw new Error(`the local runtime does not know the parameter ${name}`);
    return values[name];
  }

  #attribute(logicalId: string, name: string): string {
    const values = this.#valuesOf(logicalId);
    const type = this.#assembly.template.Resources[logicalId]?.Type ?? '';
    if (!values) return plausibleAttribute(type, logicalId, name);
    const value = values.attributes[name];
    if (value === undefined && name !== 'Arn') {
      throw new Error(`the local runtime does not know the attribute ${name} of ${logicalId} (${type})`);
    }
    return value ?? plausibleAttribute(type, logicalId, name);
  }

  #condition(name: string): boolean {
    const condition = this.#assembly.template.Conditions?.[name];
    if (condition === undefined) throw new Error(`the template has no condition ${name}`);
    return Boolean(this.#resolve(condition));
  }

  #valuesOf(logicalId: string): ResourceValues | undefined {
    const known = this.#values.get(logicalId);
    if (known) return known;
    const resource = this.#assembly.template.Resources[logicalId];
    if (!resource) throw new Error(`the template refers to ${logicalId}, which it does not have`);
    const values = valuesOf(resource.Type, {
      logicalId,
      url: this.#url,
      property: (name) => this.#resolve(resource.Properties?.[name]),
      nameFrom: (name) =>
        (this.#resolve(resource.Properties?.[name]) as string | undefined) ?? this.#makeName(logicalId),
    });
    if (values) this.#values.set(logicalId, values);
    return values;
  }

  /** As CloudFormation does, without the random part: the same after every start. */
  #makeName(logicalId: string): string {
    return `${this.#assembly.stackName}-${logicalId}`.slice(-64);
  }
}
