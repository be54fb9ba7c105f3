/** The part of `deno doc --json` that the reference shows. */
export interface DocModule {
  readonly module_doc?: { readonly doc?: string; readonly tags?: readonly Tag[] };
  readonly symbols: readonly DocSymbol[];
}

/** A name that a module exports. */
export interface DocSymbol {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

/** A place in the source. */
export interface Place {
  readonly filename: string;
  /** The first line is 1. */
  readonly line: number;
  readonly col: number;
}

/** A tag of a doc comment. */
export interface Tag {
  readonly kind: string;
  readonly name?: string;
  readonly doc?: string;
  readonly tsType?: Type;
}

/** A doc comment. */
export interface Comment {
  readonly doc?: string;
  readonly tags?: readonly Tag[];
}

/** A declaration of a name. */
export interface Declaration {
  readonly kind: string;
  readonly location: Place;
  readonly jsDoc?: Comment;
  readonly def: Definition;
}

/** The inside of a declaration; its kind says which fields there are. */
export interface Definition {
  /** Of a reference: where the name is declared. */
  readonly target?: Place;
  readonly params?: readonly Parameter[];
  readonly returnType?: Type;
  readonly typeParams?: readonly TypeParameter[];
  readonly tsType?: Type;
  readonly extends?: string | readonly Type[];
  readonly superTypeParams?: readonly Type[];
  readonly implements?: readonly Type[];
  readonly constructors?: readonly Member[];
  readonly properties?: readonly Member[];
  readonly methods?: readonly Member[];
  readonly callSignatures?: readonly Member[];
  readonly indexSignatures?: readonly Member[];
}

/** A member of a class or an interface. */
export interface Member {
  readonly name?: string;
  readonly kind?: string;
  readonly jsDoc?: Comment;
  readonly accessibility?: string;
  readonly isStatic?: boolean;
  readonly readonly?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly tsType?: Type;
  readonly params?: readonly Parameter[];
  readonly returnType?: Type;
  readonly typeParams?: readonly TypeParameter[];
  readonly functionDef?: Definition;
}

/** A parameter of a function. */
export interface Parameter {
  readonly kind: string;
  readonly name?: string;
  readonly optional?: boolean;
  readonly tsType?: Type;
  readonly left?: Parameter;
  readonly arg?: Parameter;
}

/** A parameter of a type. */
export interface TypeParameter {
  readonly name: string;
  readonly constraint?: Type;
  readonly default?: Type;
}

/** A type. */
export interface Type {
  readonly kind: string;
  readonly repr?: string;
  // deno-lint-ignore no-explicit-any -- Each kind has a value of its own.
  readonly value?: any;
}
