// Package e2e runs the whole chain of real parts: clients whose traffic goes
// through real Envoys, their access log to the built gateway, the gateway's
// remote write to Prometheus' own code, and there PromQL.
package e2e
