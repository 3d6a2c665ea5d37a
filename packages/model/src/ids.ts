import type { Brand } from './brand.ts'

/** One state's identity: a UUIDv4 made by the first apply and kept for the life of the state. */
export type Lineage = Brand<'Lineage'>
/** `NAME` or `NAME/ENV`. */
export type StackName = Brand<'StackName'>
/** Identity of one object: UUIDv5(lineage, address, generation), or an imported object's own identity. */
export type Uid = Brand<'Uid'>
/** What the platform calls the object (a managed object reference, a directory name); opaque. */
export type RemoteId = Brand<'RemoteId'>
/** Which world a session talks to (a vCenter's instance UUID, a machine id and a root directory). */
export type Realm = Brand<'Realm'>
/** `PLUGIN/TYPE`, such as `hyperkit/machine`. */
export type TypeName = Brand<'TypeName'>
/** Lower-case hexadecimal SHA-256 of a plan's canonical JSON. */
export type PlanId = Brand<'PlanId'>
/** `KIND:ADDRESS`, unique within one plan. */
export type StepId = Brand<'StepId'>
/** Lower-case hexadecimal SHA-256 of a context's canonical JSON. */
export type ContextId = Brand<'ContextId'>

// The makers: the one place where a plain string becomes an id. They trust their caller; text from outside is
// parsed first (`parseAddress`, `parseMark`, `parseUuid`).
export const lineage = (text: string): Lineage => text as Lineage
export const stackName = (name: string, env?: string): StackName => (env === undefined ? name : `${name}/${env}`) as StackName
export const uid = (text: string): Uid => text as Uid
export const remoteId = (text: string): RemoteId => text as RemoteId
export const realm = (text: string): Realm => text as Realm
export const typeName = (plugin: string, type: string): TypeName => `${plugin}/${type}` as TypeName
export const planId = (text: string): PlanId => text as PlanId
export const stepId = (kind: string, subject: string): StepId => `${kind}:${subject}` as StepId
export const contextId = (text: string): ContextId => text as ContextId

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether `text` is a UUID in lower-case 8-4-4-4-12 form. */
export const isUuid = (text: unknown): text is string => typeof text === 'string' && uuidPattern.test(text)
