import { setTimeout as delay } from 'node:timers/promises'
import { isRef } from '../codec/shape.ts'
import { VsphereError } from '../error.ts'
import type { Sent, Source, TransferOptions } from '../files/transfer.ts'
import { get, put } from '../files/transfer.ts'
import { look } from '../properties/one.ts'
import type { Session } from '../session/session.ts'
import type { GuestFileInfo, GuestProcessInfo, GuestProgramSpec, NamePasswordAuthentication, Ref } from '../vim/types.ts'
import type { CallOptions } from '../wire/deadline.ts'
import { openDeadline } from '../wire/deadline.ts'
import { transferTarget } from './transfer-target.ts'

/** Whose rights a guest operation has: an account of the guest's own system. */
export interface GuestLogin {
  readonly vm: Ref
  readonly user: string
  readonly password: string
}

/** What a program came to. */
export interface Finished {
  readonly pid: number | bigint
  readonly exitCode: number
}

/** How a program's end is waited for. */
export interface RunOptions extends CallOptions {
  /** Milliseconds between two looks; 500. */
  readonly everyMs?: number | undefined
}

/** Programs and files in the guests of running machines, through VMware Tools. */
export class Guests {
  readonly #session: Session
  #managers: Promise<{ readonly processes: Ref; readonly files: Ref }> | null = null

  constructor(session: Session) {
    this.#session = session
  }

  /** Starts a program. The arguments are one text, as the guest's system takes them. @throws VsphereError; the signal's reason. */
  async start(login: GuestLogin, program: GuestProgramSpec, options: CallOptions = {}): Promise<number | bigint> {
    const { processes } = await this.#all()
    return this.#session.call('StartProgramInGuest', processes, { vm: login.vm, auth: authOf(login), spec: program }, options)
  }

  /** Starts a program and waits for its end. The timeout is that of both. @throws VsphereError; the signal's reason. */
  async run(login: GuestLogin, program: GuestProgramSpec, options: RunOptions = {}): Promise<Finished> {
    using deadline = openDeadline('The program', options, this.#session.timeoutMs)
    const { signal } = deadline
    const pid = await this.start(login, program, { signal })
    for (;;) {
      const [process] = await this.processes(login, [pid], { signal })
      // The exit code is left out where it is 0 by some servers; that the program ended says its time.
      if (process?.endTime !== undefined || process?.exitCode !== undefined) return { pid, exitCode: process.exitCode ?? 0 }
      if (process === undefined) throw unknownEnd(pid)
      await pause(options.everyMs ?? 500, signal)
    }
  }

  /** The guest's processes, or those that are named. @throws VsphereError; the signal's reason. */
  async processes(
    login: GuestLogin,
    pids: readonly (number | bigint)[] = [],
    options: CallOptions = {},
  ): Promise<readonly GuestProcessInfo[]> {
    const { processes } = await this.#all()
    return this.#session.call('ListProcessesInGuest', processes, { vm: login.vm, auth: authOf(login), pids }, options)
  }

  /** The files of a folder; the path of one file lists it alone. @throws VsphereError; the signal's reason. */
  async list(login: GuestLogin, path: string, options: CallOptions = {}): Promise<readonly GuestFileInfo[]> {
    const { files } = await this.#all()
    const all: GuestFileInfo[] = []
    for (;;) {
      const args = { vm: login.vm, auth: authOf(login), filePath: path, index: all.length }
      const { files: some = [], remaining } = await this.#session.call('ListFilesInGuest', files, args, options)
      all.push(...some)
      if (remaining <= 0 || some.length === 0) return all
    }
  }

  /** Writes a file, in the place of one that is there. @throws VsphereError; the signal's reason. */
  async upload(login: GuestLogin, path: string, source: Source, options: TransferOptions = {}): Promise<Sent> {
    const { files } = await this.#all()
    const args = { vm: login.vm, auth: authOf(login), guestFilePath: path, fileAttributes: {}, fileSize: source.bytes, overwrite: true }
    const url = await this.#session.call('InitiateFileTransferToGuest', files, args, { signal: options.signal })
    return put(await transferTarget(this.#session, login.vm, url, options), source, options)
  }

  /** The bytes of a file as they come. @throws VsphereError; the signal's reason. */
  async *download(login: GuestLogin, path: string, options: CallOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { files } = await this.#all()
    const args = { vm: login.vm, auth: authOf(login), guestFilePath: path }
    const { url } = await this.#session.call('InitiateFileTransferFromGuest', files, args, options)
    yield* get(await transferTarget(this.#session, login.vm, url, options), options)
  }

  #all(): Promise<{ readonly processes: Ref; readonly files: Ref }> {
    this.#managers ??= managersOf(this.#session).catch((error: unknown) => {
      this.#managers = null
      throw error
    })
    return this.#managers
  }
}

const managersOf = async (session: Session): Promise<{ readonly processes: Ref; readonly files: Ref }> => {
  const manager = session.content.guestOperationsManager
  const known = manager === undefined ? undefined : (await look(session, manager, ['processManager', 'fileManager']))?.properties
  const [processes, files] = [known?.get('processManager'), known?.get('fileManager')]
  if (isRef(processes) && isRef(files)) return { processes, files }
  throw new VsphereError('answer', 'The server has no guest operations', { mayHaveRun: false })
}

const authOf = ({ user, password }: GuestLogin): NamePasswordAuthentication => ({
  $type: 'NamePasswordAuthentication',
  interactiveSession: false,
  username: user,
  password,
})

const unknownEnd = (pid: number | bigint): VsphereError =>
  new VsphereError('answer', `The guest does not know process ${pid} any more; its exit code is lost`, { mayHaveRun: true })

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  try {
    await delay(ms, undefined, { signal })
  } catch {
    signal.throwIfAborted()
  }
}
