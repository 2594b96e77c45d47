import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Paths of PEM files. */
export interface Certificate {
  readonly certificate: string
  readonly key: string
}

/** Makes certificates with `openssl` in a folder that exists; all of them are good for two days. */
export function certificatesIn(folder: string) {
  const file = (name: string) => join(folder, name)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const filesOf = (name: string): Certificate => ({ certificate: file(`${name}.pem`), key: file(`${name}.key`) })

  return {
    /** Signs itself. */
    async authority(name: string): Promise<Certificate> {
      const made = filesOf(name)
      const to = ['-keyout', made.key, '-out', made.certificate]
      await run('openssl', ['req', '-x509', ...newKey, ...to, '-days', '2', '-subj', `/CN=${name}`])
      return made
    },
    /** For a server, of this host name; for a client, of this user. */
    async signed(by: Certificate, name: string): Promise<Certificate> {
      const made = filesOf(name)
      const [request, extensions] = [file(`${name}.csr`), file(`${name}.ext`)]
      await writeFile(extensions, `subjectAltName=DNS:${name}\nextendedKeyUsage=serverAuth,clientAuth\n`)
      await run('openssl', ['req', ...newKey, '-keyout', made.key, '-out', request, '-subj', `/CN=${name}`])
      const authority = ['-CA', by.certificate, '-CAkey', by.key, '-CAcreateserial']
      await run('openssl', [
        'x509',
        '-req',
        '-in',
        request,
        ...authority,
        '-out',
        made.certificate,
        '-days',
        '2',
        '-extfile',
        extensions,
      ])
      return made
    },
    /** A key with its certificate and the authority's, in one file, as Kafka takes it. */
    async store({ certificate, key }: Certificate, by: Certificate): Promise<string> {
      const texts = await Promise.all([key, certificate, by.certificate].map((path) => readFile(path, 'utf8')))
      const path = `${certificate}.store`
      await writeFile(path, texts.join(''))
      return path
    },
  }
}
