export type { Address, UnitName } from './address.ts'
export {
  compareAddress,
  compareText,
  groupUnit,
  instanceAddress,
  imageUnit,
  instanceUnit,
  isMember,
  memberAddress,
  memberIdPattern,
  memberOf,
  namePattern,
  parseAddress,
  parseUnitName,
  ownerOf,
  partAddress,
  unitOf,
  versionAddress,
  versionOf,
} from './address.ts'
export type { ImageFormat, ImageIdentity, ImageInputs, ImageType } from './image.ts'
export { imageFormats, imageInputs, imageStem, placementOf, versionLength } from './image.ts'
export { canonicalJson, sameValue } from './canonical.ts'
export type { Action, Change, FieldChange, Reason } from './change.ts'
export type { Code } from './codes.ts'
export type { CodeEntry } from './codes/entry.ts'
export { codes } from './codes.ts'
export type {
  Desired,
  FlavorUse,
  MaxDestroy,
  MemberShape,
  Move,
  Output,
  Places,
  Policy,
  ProviderUse,
  RequiredInput,
  Shape,
  Unit,
  VersionShape,
} from './desired.ts'
export type { Checked, Diagnostic, Span } from './diagnostic.ts'
export { bad, checked, good } from './diagnostic.ts'
export type { Event, Failure, RunCounts } from './event.ts'
export type { FunctionName } from './functions.ts'
export { applyFunction, FunctionError, functions, isFunctionName } from './functions.ts'
export type { ContextId, Lineage, PlanId, Realm, RemoteId, StackName, StepId, TypeName, Uid } from './ids.ts'
export { contextId, isUuid, lineage, planId, realm, remoteId, stackName, stepId, typeName, uid } from './ids.ts'
export type { Journal, JournalEntry, JournalRecord } from './journal.ts'
export { LeaseLost } from './journal.ts'
export type { Mark } from './mark.ts'
export { parseMark } from './mark.ts'
export { nearest, nearestAddress } from './nearest.ts'
export { formatDuration, formatSize, normalise, normaliseObject, parseDuration, parseSize } from './normalise.ts'
export type { Found, Health, Observation, Observed, Present, Status } from './observation.ts'
export type { Plain, PlainMap, Scalar } from './plain.ts'
export { parsePlain, parsePlainMap, plainLimits } from './plain.ts'
export type {
  Alive,
  Basis,
  Gate,
  GateSample,
  GateVerdict,
  Lift,
  OutputChange,
  Plan,
  Refusal,
  Renamed,
  Risk,
  Roll,
  Step,
  StepKind,
  Wave,
} from './plan.ts'
export { gateName, hasChanges } from './plan.ts'
export type { Scope } from './reduce.ts'
export { reduce, reduceMap } from './reduce.ts'
export type { Catalog, Effect, FlavorType, InsideWork, Member, Part, Prepared, ProviderType, ResourceType } from './resource.ts'
export { findType } from './resource.ts'
export type { Field, ObjectSchema, Schema, Spellings } from './schema.ts'
export { object } from './schema.ts'
export { secretPattern } from './secret-pattern.ts'
export type { Began, Context, Phase, Row, RunRecord, RunResult, State } from './state.ts'
export { rowAt } from './state.ts'
export type { Heal, Pass, Update } from './update.ts'
export { cautious, majorityOf } from './update.ts'
export type { Expr, Late, Leaf, Path, SecretSource, Value, ValueMap } from './value.ts'
export { isKnown, isLate, isList, isMap, isSensitive, late, leaves } from './value.ts'
