import { compressionsAlgorithms } from '@platformatic/kafka'
import { CompressionCodecs, CompressionTypes } from './kafkajs-values.ts'

const { snappy, lz4, zstd } = compressionsAlgorithms

/** kafkajs reads gzip by itself and throws at the others. Records from elsewhere come as their producer compressed them; ours are not compressed. */
export function teachKafkajsCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = readOnly(snappy.decompressSync)
  CompressionCodecs[CompressionTypes.LZ4] = readOnly(lz4.decompressSync)
  CompressionCodecs[CompressionTypes.ZSTD] = readOnly(zstd.decompressSync)
}

function readOnly(decompress: (bytes: Buffer) => Buffer) {
  return () => ({
    compress: () => Promise.reject(new Error('nothing is compressed here')),
    decompress: async (bytes: Buffer) => decompress(bytes),
  })
}
