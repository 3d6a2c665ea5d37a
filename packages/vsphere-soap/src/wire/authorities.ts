import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'

// Where the distributions keep what they trust. Node 20 looks at its own list alone.
const bundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/ca-bundle.pem', '/etc/ssl/cert.pem']

/** The authorities that the system trusts (Node's own list where there is none), and those in SSL_CERT_FILE and NODE_EXTRA_CA_CERTS. */
export const authorities = (): { readonly ca: string[] } => {
  const system = bundles.map(read).find((text) => text !== null) ?? null
  const named = [process.env['SSL_CERT_FILE'], process.env['NODE_EXTRA_CA_CERTS']].map((file) => read(file ?? ''))
  return { ca: [...(system === null ? rootCertificates : [system]), ...named.filter((text) => text !== null)] }
}

const read = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
