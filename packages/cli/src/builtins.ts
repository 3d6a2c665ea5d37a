import type { Flavor, ImageMaker, Provider } from '@forgeplan/sdk'

/** Providers that come with forge, by the name in `providers.*.plugin`. Loaded only when they are asked for. */
export const builtinProviders: Readonly<Record<string, () => Promise<Provider>>> = {
  hyperkit: async () => (await import('@forgeplan/provider-hyperkit')).hyperkit,
  vsphere: async () => (await import('@forgeplan/provider-vsphere')).vsphere,
}

/** Flavors that come with forge, by the name in `flavors.*.plugin`. */
export const builtinFlavors: Readonly<Record<string, () => Promise<Flavor>>> = {
  combo: async () => (await import('@forgeplan/flavors')).combo,
  linuxkit: async () => (await import('@forgeplan/flavors')).linuxkit,
  vanilla: async () => (await import('@forgeplan/flavors')).vanilla,
}

/** Ways to make images that come with forge, by the name in `images.*.plugin`. */
export const builtinImages: Readonly<Record<string, () => Promise<ImageMaker>>> = {
  linuxkit: async () => (await import('@forgeplan/image-linuxkit')).linuxkit,
}
