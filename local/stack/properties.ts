import { isObject } from '../is-object.ts';

/** The resolved properties of a resource, read by name and kind; a wrong one is an error that names it. */
export class Properties {
  readonly #owner: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /** `owner` says whose properties they are, in errors: `MyQueue (AWS::SQS::Queue)`. */
  constructor(owner: string, values: unknown) {
    if (!isObject(values)) throw new Error(`${owner} is not an object`);
    this.#owner = owner;
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  string(name: string): string {
    return this.optionalString(name) ?? this.#fail(name, 'is missing');
  }

  optionalString(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === 'string') return value;
    return this.#fail(name, 'is not a string');
  }

  number(name: string, whenAbsent: number): number {
    return this.optionalNumber(name) ?? whenAbsent;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    const number = Number(value);
    return Number.isFinite(number) ? number : this.#fail(name, 'is not a number');
  }

  boolean(name: string, whenAbsent: boolean): boolean {
    const value = this.#values[name];
    return value === undefined ? whenAbsent : value === true || value === 'true';
  }

  strings(name: string): string[] {
    return this.#list(name).map((value) =>
      typeof value === 'string' ? value : this.#fail(name, 'holds no strings'),
    );
  }

  /** The strings of a list, or the one that stands for it. */
  oneOrMore(name: string): string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? this.strings(name) : [this.string(name)];
  }

  /** The objects of a list; none where it is absent. */
  objects(name: string): Properties[] {
    return this.#list(name).map((value, index) => new Properties(`${this.#owner}: ${name}[${index}]`, value));
  }

  object(name: string): Properties {
    return this.optionalObject(name) ?? this.#fail(name, 'is missing');
  }

  optionalObject(name: string): Properties | undefined {
    const value = this.#values[name];
    return value === undefined ? undefined : new Properties(`${this.#owner}: ${name}`, value);
  }

  /** What a template may say and the runtime cannot do is refused, rather than done otherwise than on AWS. */
  refuse(...names: string[]): void {
    for (const name of names) {
      if (this.has(name)) this.#fail(name, 'is not understood by the local runtime');
    }
  }

  /** Ends the reading, naming the property at fault. */
  fail(name: string, fault: string): never {
    return this.#fail(name, fault);
  }

  /** The values as they are. */
  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  #list(name: string): unknown[] {
    const value = this.#values[name];
    if (value === undefined) return [];
    return Array.isArray(value) ? value : this.#fail(name, 'is not a list');
  }

  #fail(name: string, fault: string): never {
    throw new Error(`${this.#owner}: ${name} ${fault}`);
  }
}
