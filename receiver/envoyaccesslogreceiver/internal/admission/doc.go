// Package admission bounds what all requests under way hold in memory together,
// and shares it among clients.
//
// A request that is to be decoded acquires what it will take. Bytes that arrive
// before their request is complete are counted as they come.
//
//	Acquire ──room──────────────▶ Hold ──Arrived──▶ Hold ──Release──▶ gone
//	   │                            ▲ │ unfinished    finished
//	   └──no room──▶ waits ──room───┘ └──revoke: others need the room──▶ Release
//	                   └──no room in time──▶ ErrNoRoom
//
// While everything fits, every client gets what it asks for. When it does not,
// requests wait. The client that holds least is served first. If somebody has
// waited for longer than Options.Patience, the client that holds the most
// unfinished bytes loses its largest unfinished hold. What is finished ends by
// itself, so it is never revoked. While finished requests hold everything, an
// eighth more is there for requests that arrive.
package admission // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
