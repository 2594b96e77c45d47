import kafkajs from 'kafkajs'

// kafkajs is CommonJS and Node finds only some of its names: values come through the whole of it, types may be named.
export const { CompressionCodecs, CompressionTypes, ConfigResourceTypes, Kafka, Partitioners, logLevel } = kafkajs
