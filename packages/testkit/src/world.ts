import { resolve } from 'node:path'
import type { Health, Plain, Realm, RemoteId, Status, Uid } from '@forgeplan/model'
import { canonicalJson, realm, remoteId, uid } from '@forgeplan/model'
import type { Interceptor } from './intercept.ts'
import type { WorldData } from './world-data.ts'
import { readWorldFile, writeWorldFile } from './world-data.ts'
import { WorldIndex } from './world-index.ts'
import type { LoggedCall, WorldObject, WorldTask } from './world-object.ts'
import { home } from './world-object.ts'

type Settled = Omit<WorldData, 'objects' | 'log'>

export interface WorldOptions {
  /** What `settings.world` calls it. Required unless there is a `file`. */
  readonly name?: string
  /** Shares the world with other processes; written through at every change. Only one process may write at a time. */
  readonly file?: string
  readonly realm?: string
  /** How long the platform takes to create one object, milliseconds; 0: at once. */
  readonly creationMs?: number
  /** How long an object has to run until it is healthy, milliseconds. */
  readonly healthyAfterMs?: number
  /** So many machines fit; null or absent: as many as anybody wants. */
  readonly capacity?: number | null
}

const worlds = new Map<string, World>()

/** The world of that name, or the one in that file (relative to `directory`); a file that is not there is a new world. */
export const worldFor = (name: string, directory: string): World =>
  worlds.get(name) ?? worlds.get(resolve(directory, name)) ?? new World({ file: resolve(directory, name) })

/** The registered world of that name. */
export const worldNamed = (name: string): World | undefined => worlds.get(name)

/** A platform in memory that hides nothing from its oracle. Disposing takes its name away. */
export class World implements Disposable {
  readonly name: string
  readonly #file: string | null
  #index = new WorldIndex()
  #data: Settled
  // Grows with every call, so it is pushed to: copying it each time would be quadratic.
  #log: LoggedCall[] = []
  #text = ''
  readonly #slow = new Map<Uid, number>()
  /** Stand around every call of every session, outermost first: faults, crashes. Not shared between processes. */
  readonly interceptors: Interceptor[] = []
  /** False: every call fails as `transient`, as on a lost connection. */
  reachable = true
  /** Whether draining a machine fails. */
  failsDrains = false
  /** Whether deleting a machine takes the disks along that were not detached before. */
  machineTakesDisks = true

  constructor(options: WorldOptions) {
    this.#file = options.file === undefined ? null : resolve(options.file)
    this.name = options.name ?? this.#file ?? 'world'
    this.#data = {
      realm: realm(options.realm ?? `world-${options.name ?? 'file'}`),
      nextId: 1,
      time: 0,
      creationMs: options.creationMs ?? 0,
      healthyAfterMs: options.healthyAfterMs ?? 0,
      capacity: options.capacity ?? null,
      tasks: [],
      hidden: {},
    }
    worlds.set(this.name, this)
    this.#load()
  }

  [Symbol.dispose](): void {
    if (worlds.get(this.name) === this) worlds.delete(this.name)
  }

  // ---- what the platform tells a client

  get realm(): Realm {
    this.#load()
    return this.#data.realm
  }

  /** The latest time that any call has told, milliseconds since 1970. */
  get time(): number {
    return this.#data.time
  }

  /** How long the platform takes to create that object, milliseconds. */
  creationMsOf(of: Uid): number {
    return this.#slow.get(of) ?? this.#data.creationMs
  }

  /** Makes one creation slow. */
  slow(of: Uid, ms: number): void {
    this.#slow.set(of, ms)
  }

  get healthyAfterMs(): number {
    return this.#data.healthyAfterMs
  }

  /** So many machines fit; null: as many as anybody wants. Nothing stops one too many: preflight tells. */
  get capacity(): number | null {
    return this.#data.capacity
  }

  set capacity(capacity: number | null) {
    this.#change({ capacity })
  }

  get index(): WorldIndex {
    return this.#index
  }

  /** Time passes: creations that are due end by themselves. Every call of a client starts with this. */
  settle(now: number): void {
    this.#load()
    const time = Math.max(now, this.#data.time)
    const due = this.#data.tasks.filter((task) => task.endsAt <= time)
    if (due.length === 0) return void (this.#data = { ...this.#data, time })
    for (const task of due) this.#index.put({ ...task.object, startedAt: task.endsAt, createdAt: task.endsAt })
    this.#change({ time, tasks: this.#data.tasks.filter((task) => task.endsAt > time) })
  }

  tasks(): readonly WorldTask[] {
    return this.#data.tasks
  }

  isHidden(login: string | null, id: RemoteId): boolean {
    return login !== null && (this.#data.hidden[login]?.includes(id) ?? false)
  }

  // ---- what a client does

  newId(prefix: string): RemoteId {
    this.#load()
    const id = remoteId(`${prefix}-${this.#data.nextId}`)
    this.#change({ nextId: this.#data.nextId + 1 })
    return id
  }

  put(object: WorldObject): void {
    this.#load()
    this.#index.put(object)
    this.#change({})
  }

  remove(id: RemoteId): void {
    this.#load()
    this.#index.remove(id)
    this.#change({ tasks: this.#data.tasks.filter((task) => task.object.id !== id) })
  }

  startCreation(object: WorldObject, now: number, ms: number): WorldTask {
    const task = { handle: `task-${object.id}`, object, since: now, endsAt: now + ms }
    this.#change({ tasks: [...this.#data.tasks, task] })
    return task
  }

  logCall(call: LoggedCall): void {
    this.#load()
    this.#log.push(call)
    this.#change({})
  }

  // ---- the oracle

  objects(): readonly WorldObject[] {
    this.#load()
    return this.#index.all()
  }

  object(id: RemoteId): WorldObject {
    this.#load()
    const found = this.#index.get(id)
    if (found === undefined) throw new Error(`There is no object ${id} in the world ${this.name}.`)
    return found
  }

  log(): readonly LoggedCall[] {
    this.#load()
    return this.#log
  }

  mutatingCalls(): readonly LoggedCall[] {
    return this.log().filter((call) => call.mutating)
  }

  clearLog(): void {
    this.#log = []
    this.#change({})
  }

  /** Canonical text of everything that stands or is being made; equal before and after means nothing was touched. */
  snapshot(): string {
    return canonicalJson({ realm: this.realm, objects: this.objects().toSorted(byId), tasks: this.#data.tasks })
  }

  // ---- what other people do

  /** Stops it, as a crash or a power-off would. */
  kill(id: RemoteId, why = 'powered off'): void {
    this.edit(id, { status: { kind: 'stopped', why } satisfies Status })
  }

  /** Deletes it behind forge's back. */
  destroy(id: RemoteId): void {
    this.object(id)
    this.remove(id)
  }

  /** Clones it as a user interface does: the mark comes along, the identity does not. Returns the clone's id. */
  copy(id: RemoteId): RemoteId {
    const clone = this.newId('copy')
    this.put({ ...this.object(id), id: clone, uid: uid(`native-${clone}`), name: `${this.object(id).name}-${clone}` })
    return clone
  }

  editInput(id: RemoteId, field: string, value: Plain): void {
    this.edit(id, { inputs: { ...this.object(id).inputs, [field]: value }, ...(field === 'name' ? { name: String(value) } : {}) })
  }

  moveAway(id: RemoteId, where = '/elsewhere'): void {
    this.edit(id, { where })
  }

  moveBack(id: RemoteId): void {
    this.edit(id, { where: home })
  }

  writeMark(id: RemoteId, raw: Plain): void {
    this.edit(id, { mark: raw })
  }

  /** Overrides its health; null lets it become healthy by itself again. */
  setHealth(id: RemoteId, health: Health | null): void {
    this.edit(id, { health })
  }

  /** Makes it call itself the leader of its group, or no longer. */
  setLeader(id: RemoteId, leader = true): void {
    this.edit(id, { leader })
  }

  /** From now on that login does not see it in lists, and looking it up says "no permission". */
  hideFrom(login: string, id: RemoteId): void {
    this.#load()
    this.#change({ hidden: { ...this.#data.hidden, [login]: [...(this.#data.hidden[login] ?? []), id] } })
  }

  /** Makes it another world behind the same name. */
  become(newRealm: string): void {
    this.#change({ realm: realm(newRealm) })
  }

  setCreationMs(creationMs: number): void {
    this.#change({ creationMs })
  }

  setHealthyAfterMs(healthyAfterMs: number): void {
    this.#change({ healthyAfterMs })
  }

  edit(id: RemoteId, change: Partial<Omit<WorldObject, 'id'>>): void {
    this.put({ ...this.object(id), ...change })
  }

  // ---- the file

  #change(change: Partial<Settled>): void {
    this.#data = { ...this.#data, ...change }
    if (this.#file !== null) this.#text = writeWorldFile(this.#file, { ...this.#data, log: this.#log, objects: this.#index.all() })
  }

  #load(): void {
    const read = this.#file === null ? undefined : readWorldFile(this.#file)
    if (read === undefined || read.text === this.#text) return
    const { objects, log, ...data } = read.data
    this.#log = [...log]
    this.#text = read.text
    this.#data = data
    this.#index = new WorldIndex()
    for (const object of objects) this.#index.put(object)
  }
}

const byId = (a: WorldObject, b: WorldObject): number => (a.id < b.id ? -1 : 1)
