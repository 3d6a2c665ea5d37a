import type { RemoteId, Uid } from '@forgeplan/model'
import type { WorldObject } from './world-object.ts'

/** Objects by id, with what else has to be found quickly among ten thousand: uid, name, port. */
export class WorldIndex {
  readonly #objects = new Map<RemoteId, WorldObject>()
  readonly #keys = new Map<string, Set<RemoteId>>()

  put(object: WorldObject): void {
    this.remove(object.id)
    this.#objects.set(object.id, object)
    for (const key of keysOf(object)) this.#keys.set(key, (this.#keys.get(key) ?? new Set()).add(object.id))
  }

  remove(id: RemoteId): void {
    const object = this.#objects.get(id)
    if (object === undefined) return
    this.#objects.delete(id)
    for (const key of keysOf(object)) this.#keys.get(key)?.delete(id)
  }

  get(id: RemoteId): WorldObject | undefined {
    return this.#objects.get(id)
  }

  all(): readonly WorldObject[] {
    return [...this.#objects.values()]
  }

  byUid(uid: Uid): readonly WorldObject[] {
    return this.#find(`uid:${uid}`)
  }

  byName(type: string, name: string): readonly WorldObject[] {
    return this.#find(nameKey(type, name))
  }

  byPort(port: number): readonly WorldObject[] {
    return this.#find(`port:${port}`)
  }

  #find(key: string): readonly WorldObject[] {
    return [...(this.#keys.get(key) ?? [])].map((id) => this.#objects.get(id) as WorldObject)
  }
}

const nameKey = (type: string, name: string): string => `name:${type}:${name}`

const keysOf = (object: WorldObject): readonly string[] => [
  `uid:${object.uid}`,
  nameKey(object.type, object.name),
  ...(typeof object.inputs['port'] === 'number' ? [`port:${object.inputs['port']}`] : []),
]
