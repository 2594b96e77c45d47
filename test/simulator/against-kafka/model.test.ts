import { logContract } from '@leadline/log/contract'
import { openModelledHarness } from './modelled-harness.ts'
import { brokerScenarios } from './scenarios.ts'

logContract("the simulator's model of Kafka", openModelledHarness)
brokerScenarios('as the simulator models it', openModelledHarness)
