import type { Declaration, Member, Parameter, Type, TypeParameter } from "./doc_nodes.ts";

/** The type of what has none that is written. */
const unknown: Type = { kind: "keyword", repr: "unknown" };

/** The longest signature that stays on one line. */
const lineWidth = 76;

/** The declaration of a name as TypeScript, without its members and its body. */
export function signature(name: string, { kind, def }: Declaration): string {
  switch (kind) {
    case "function":
      return callable(name, def, ": ");
    case "variable":
      return `const ${name}: ${type(def.tsType ?? unknown)}`;
    case "typeAlias": {
      const head = `type ${name}${typeParameters(def.typeParams, name.length + 5)} =`;
      return def.tsType === undefined ? head : `${head} ${broken(def.tsType, head.length)}`;
    }
    case "interface":
    case "class":
      return `${kind} ${name}${typeParameters(def.typeParams, name.length + 10)}${heritage(def)}`;
    default:
      return `${kind} ${name}`;
  }
}

function heritage(def: Declaration["def"]): string {
  const parents = typeof def.extends === "string"
    ? `${def.extends}${typeArguments(def.superTypeParams)}`
    : def.extends?.map((parent) => type(parent)).join(", ");
  const contracts = def.implements?.map((contract) => type(contract)).join(", ");
  return (parents ? ` extends ${parents}` : "") + (contracts ? ` implements ${contracts}` : "");
}

/** The members of a class or an interface that its users see. */
export function membersOf({ kind, def }: Declaration): Member[] {
  if (kind !== "class" && kind !== "interface") return [];
  return membersIn(def)
    .filter(({ accessibility, name }) => accessibility !== "private" && !name?.startsWith("#"));
}

/** All members, each with its kind where its name does not tell it. */
function membersIn(def: Declaration["def"]): Member[] {
  const withKind = (members: readonly Member[] = [], kind: string) =>
    members.map((member) => ({ ...member, kind }));
  return [
    ...withKind(def.constructors, "constructor"),
    ...withKind(def.callSignatures, "call"),
    ...withKind(def.indexSignatures, "index"),
    ...def.properties ?? [],
    ...def.methods ?? [],
  ];
}

/** A member of a class or an interface as TypeScript. */
export function memberSignature(member: Member): string {
  const { name = "", kind, tsType, isStatic, optional } = member;
  const shown = member.computed && !name.startsWith("[") ? `[${name}]` : name;
  const head = `${isStatic ? "static " : ""}${shown}${optional ? "?" : ""}`;
  if (kind === "constructor") return callable("new ", member, "");
  if (kind === "call") return callable("", { ...member, returnType: tsType }, ": ");
  if (kind === "index") {
    const key = parameters(member.params).join(", ");
    return `${member.readonly ? "readonly " : ""}[${key}]: ${type(tsType ?? unknown)}`;
  }
  if (kind === "getter" || kind === "setter") {
    const { returnType, params = [] } = member.functionDef ?? {};
    const of = kind === "getter" ? returnType : params[0]?.tsType;
    return `${kind === "getter" ? "get" : "set"} ${head}: ${type(of ?? unknown)}`;
  }
  const call = member.functionDef ?? (member.params === undefined ? undefined : member);
  if (call !== undefined && tsType === undefined) return callable(head, call, ": ");
  return `${member.readonly ? "readonly " : ""}${head}: ${type(tsType ?? unknown)}`;
}

type Callable = Pick<Member, "params" | "returnType" | "typeParams">;

function callable(
  head: string,
  { params, returnType, typeParams }: Callable,
  arrow: string,
): string {
  const result = returnType === undefined ? "" : `${arrow || ": "}${type(returnType)}`;
  const start = `${head}${typeParameters(typeParams, head.length)}`;
  const shown = parameters(params);
  const line = `${start}(${shown.join(", ")})${result}`;
  if (line.length <= lineWidth || shown.length === 0) return line;
  return `${start}(\n${shown.map((text) => `  ${text},\n`).join("")})${result}`;
}

function parameters(params: readonly Parameter[] = []): string[] {
  return params.map((parameter) => {
    if (parameter.kind === "assign" && parameter.left !== undefined) {
      return parameterText({ ...parameter.left, optional: true });
    }
    if (parameter.kind === "rest") {
      return `...${parameterText({ ...parameter.arg, kind: "", tsType: parameter.tsType })}`;
    }
    return parameterText(parameter);
  });
}

/** Patterns are internal: the caller sees a name. */
function parameterText({ name, optional, tsType }: Parameter): string {
  const typeText = tsType === undefined ? "" : `: ${type(tsType)}`;
  return `${name ?? "options"}${optional ? "?" : ""}${typeText}`;
}

function typeParameters(params: readonly TypeParameter[] = [], before = 0): string {
  if (params.length === 0) return "";
  const texts = params.map((parameter) =>
    parameter.name +
    (parameter.constraint === undefined ? "" : ` extends ${type(parameter.constraint)}`) +
    (parameter.default === undefined ? "" : ` = ${type(parameter.default)}`)
  );
  const line = `<${texts.join(", ")}>`;
  if (before + line.length <= lineWidth) return line;
  return `<\n${texts.map((text) => `  ${text},\n`).join("")}>`;
}

function typeArguments(args: readonly Type[] = []): string {
  return args.length === 0 ? "" : `<${args.map((arg) => type(arg)).join(", ")}>`;
}

/** A union that would not fit a line has a line for each part. */
function broken(node: Type, before: number): string {
  const line = type(node);
  if (node.kind !== "union" || before + line.length < lineWidth) return line;
  return node.value.map((part: Type) => `\n  | ${type(part)}`).join("");
}

/** A type as TypeScript. */
export function type({ kind, value, repr = "" }: Type): string {
  switch (kind) {
    case "typeRef":
      return value.typeName + typeArguments(value.typeParams);
    case "literal":
      return literal(value);
    case "union":
      return value.map(type).join(" | ");
    case "intersection":
      return value.map(type).join(" & ");
    case "array":
      return `${within(value)}[]`;
    case "tuple":
      return `[${value.map(type).join(", ")}]`;
    case "typeOperator":
      return `${value.operator} ${type(value.tsType)}`;
    case "parenthesized":
      return `(${type(value)})`;
    case "rest":
      return `...${type(value)}`;
    case "optional":
      return `${type(value)}?`;
    case "typeQuery":
      return `typeof ${repr}`;
    case "indexedAccess":
      return `${within(value.objType)}[${type(value.indexType)}]`;
    case "infer":
      return `infer ${value.typeParam.name}`;
    case "fnOrConstructor":
      return `${value.constructor ? "new " : ""}${
        callable("", {
          params: value.params,
          typeParams: value.typeParams,
        }, "")
      } => ${type(value.tsType)}`;
    case "conditional":
      return `${type(value.checkType)} extends ${type(value.extendsType)} ? ` +
        `${type(value.trueType)} : ${type(value.falseType)}`;
    case "mapped":
      return mapped(value);
    case "typeLiteral":
      return typeLiteral(value);
    case "template":
      return `\`${value.map(templatePart).join("")}\``;
    default: // A keyword, `this`, a predicate.
      return repr;
  }
}

function within(node: Type): string {
  const needsParentheses = /^(union|intersection|fnOrConstructor|conditional|typeOperator|infer)$/;
  return needsParentheses.test(node.kind) ? `(${type(node)})` : type(node);
}

// deno-lint-ignore no-explicit-any -- The value of a literal.
function literal(value: any): string {
  if (value.kind === "string") return JSON.stringify(value.string);
  if (value.kind === "template") return `\`${value.tsTypes.map(templatePart).join("")}\``;
  return String(value[value.kind]);
}

function templatePart(part: Type): string {
  return part.kind === "literal" && part.value.kind === "string"
    ? part.value.string
    : `\${${type(part)}}`;
}

// deno-lint-ignore no-explicit-any -- The value of a mapped type.
function mapped({ typeParam, tsType, readonly, optional, nameType }: any): string {
  const key = `${typeParam.name} in ${typeParam.constraint ? type(typeParam.constraint) : ""}`;
  const name = nameType ? ` as ${type(nameType)}` : "";
  const value = type(tsType ?? unknown);
  const modifier = (flag: unknown, word: string) =>
    flag === true ? word : flag ? `${flag}${word}` : "";
  return `{ ${readonly ? `${modifier(readonly, "readonly")} ` : ""}[${key}${name}]${
    modifier(optional, "?")
  }: ${value} }`;
}

function typeLiteral(value: Declaration["def"]): string {
  const members = membersIn(value);
  if (members.length === 0) return "{}";
  return `{ ${members.map(memberSignature).join("; ")} }`;
}
