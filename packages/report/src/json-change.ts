import type { Change, ObjectSchema, PlainMap, Reason, ValueMap } from '@forgeplan/model'
import { memberOf, unitOf } from '@forgeplan/model'
import { fieldsOf } from './fold-changes.ts'
import type { SplitValue } from './json-value.ts'
import { splitInputs } from './json-value.ts'

/** A change in the shape of Terraform's `resource_changes`, with forge's own words under `forge`. */
export const changeJson = (change: Change, schema: ObjectSchema | undefined): unknown => {
  const index = memberOf(change.address)
  const unit = unitOf(change.address)
  return {
    address: change.address,
    mode: 'managed',
    type: change.type,
    name: unit.slice(unit.indexOf('.') + 1),
    ...(index === undefined ? {} : { index: /^(0|[1-9]\d{0,14})$/.test(index) ? Number(index) : index }),
    provider_name: change.type.slice(0, change.type.indexOf('/')),
    change: bodyOf(change, schema),
    ...actionReason(change),
    forge: {
      action: change.action,
      ...('reason' in change ? { reason: reasonJson(change.reason) } : {}),
      ...('uid' in change ? { uid: change.uid } : {}),
    },
  }
}

// What differs stands in words under `groups`: values may be secret, and are hidden there.
const reasonJson = (reason: Reason): unknown => {
  if (reason.kind === 'new-version') return { kind: reason.kind, before: reason.before }
  if (reason.kind !== 'successor-of') return reason
  const { kind, address, why } = reason
  return { kind, address, ...(why === undefined ? {} : { why: reasonJson(why) }) }
}

const bodyOf = (change: Change, schema: ObjectSchema | undefined): unknown => {
  const inputs = 'inputs' in change ? change.inputs : null
  const after = inputs === null ? null : splitInputs(inputs, schema)
  const before = change.action === 'create' || change.action === 'import' ? null : splitInputs(beforeOf(change), schema)
  const forcing = fieldsOf(change).filter((field) => field.effect === 'replace')
  return {
    actions: actionsOf(change),
    before: before?.known ?? null,
    after: afterOf(change, after),
    after_unknown: after?.unknown ?? {},
    before_sensitive: before === null ? false : (before.sensitive ?? {}),
    after_sensitive: after === null ? (change.action === 'keep' ? {} : false) : (after.sensitive ?? {}),
    ...(change.action === 'replace' ? { replace_paths: forcing.map((field) => [field.field]) } : {}),
    ...(change.action === 'import' ? { importing: importing(change) } : {}),
  }
}

const importing = ({ id, name, asConfigured }: Extract<Change, { action: 'import' }>): unknown => ({
  id,
  ...(name === undefined ? {} : { name }),
  ...(asConfigured === undefined ? {} : { as_configured: true }),
})

const afterOf = (change: Change, after: SplitValue | null): unknown =>
  after === null ? (change.action === 'keep' ? {} : null) : (after.known ?? {})

// The plan keeps the desired inputs and the fields that differ: what was before is the one with the other put back.
const beforeOf = (change: Change): ValueMap => {
  const inputs = 'inputs' in change ? change.inputs : {}
  const fields = new Map(fieldsOf(change).map((field) => [field.field, field.before]))
  const same = Object.entries(inputs).filter(([name]) => !fields.has(name))
  const different = [...fields].flatMap(([name, before]) => (before === undefined ? [] : [[name, before] as const]))
  return Object.fromEntries([...same, ...different])
}

const actionsOf = (change: Change): readonly string[] => {
  switch (change.action) {
    case 'keep':
    case 'import':
      return ['no-op']
    case 'create':
      return ['create']
    case 'update':
    case 'restart':
      return ['update']
    case 'replace':
      return ['delete', 'create']
    case 'delete':
      return ['delete']
    case 'release':
    case 'forget':
      return ['forget']
    default:
      return change satisfies never
  }
}

const actionReason = (change: Change): PlainMap => {
  const reason =
    change.action === 'replace'
      ? replaceReason(change.reason)
      : change.action === 'delete'
        ? deleteReason(change.reason)
        : change.action === 'release' && change.why === 'kept'
          ? 'forgot_because_lifecycle_destroy_in_config'
          : null
  return reason === null ? {} : { action_reason: reason }
}

const replaceReason = ({ kind }: Reason): string | null => {
  if (kind === 'requested') return 'replace_by_request'
  if (kind === 'configured' || kind === 'drifted' || kind === 'content-changed' || kind === 'provider-changed')
    return 'replace_because_cannot_update'
  return kind === 'stopped' || kind === 'interrupted' || kind === 'vanished' || kind === 'unhealthy' ? 'replace_because_tainted' : null
}

const deleteReason = ({ kind }: Reason): string | null => {
  if (kind === 'not-configured') return 'delete_because_no_resource_config'
  if (kind === 'scaled-down') return 'delete_because_count_index'
  return kind === 'id-removed' ? 'delete_because_each_key' : null
}
