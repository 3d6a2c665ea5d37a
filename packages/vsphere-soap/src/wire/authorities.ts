import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'

// Where the distributions keep what they trust. Node 20 knows its own list alone.
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** The authorities that the system trusts, those that Node brings, and those that SSL_CERT_FILE and NODE_EXTRA_CA_CERTS name. */
export const authorities = (): { readonly ca: string[] } => {
  const named = [process.env['SSL_CERT_FILE'], process.env['NODE_EXTRA_CA_CERTS']].filter((file) => file !== undefined && file !== '')
  const system = bundles.map(read).find((text) => text !== null)
  return { ca: [...rootCertificates, ...[system, ...named.map((file) => read(file ?? ''))].filter((text) => typeof text === 'string')] }
}

const read = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
