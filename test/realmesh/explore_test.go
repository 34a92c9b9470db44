//go:build linux

package realmesh

import (
	"fmt"
	"testing"
	"time"
	"sync"
	"os"
	"strings"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

func TestExplore(t *testing.T) {
	start := time.Now()
	lap := func(s string) { fmt.Println("##", s, time.Since(start)) }
	w := mesh.NewWorld(t, mesh.Programs{
		Mesh: "../../_build/bin/mesh", Envoy: "../../_build/venv/lib/python3.11/site-packages/envoy/_bin/envoy",
		Gateway: "../../_build/otelcol-istio", Prometheus: "../../_build/bin/prometheus",
	})
	lap("world")
	m := w.Start(t, mesh.Config{
		MeshConfigs:    strings.Fields(os.Getenv("MESHCONFIGS")),
		Resources:      strings.Fields(os.Getenv("RESOURCES")),
		GatewayConfigs: []string{"../../config/gateway.yaml", "testdata/records.yaml"},
	})
	lap("mesh")
	open, closed, old, dyn := w.In("browse"), w.In("batch"), w.In("legacy"), w.In("crawl")
	const vip = "10.96.0.10"
	var wg sync.WaitGroup
	do := func(name string, f func()) {
		wg.Go(func() { s := time.Now(); f(); fmt.Println("#", name, time.Since(s)) })
	}
	http := func(name string, from any, r mesh.Request) {}
	_ = http
	do("http known", func() { mesh.HTTP(t, open, mesh.Request{To: vip + ":8080", Host: "server.shop:8080", Path: "/", Status: 200}) })
	do("http subset", func() { mesh.HTTP(t, open, mesh.Request{To: vip + ":8080", Host: "server.shop:8080", Path: "/teapot", Status: 418}) })
	do("http unknown", func() { mesh.HTTP(t, open, mesh.Request{To: mesh.OutsideA + ":80", Host: "www.example.com", Path: "/", Status: 200}) })
	do("http SE", func() { mesh.HTTP(t, open, mesh.Request{To: mesh.API + ":80", Host: "api.example.org", Path: "/", Status: 200}) })
	do("http other port", func() { mesh.HTTP(t, open, mesh.Request{To: mesh.OutsideA + ":8000", Host: "other.example.com", Path: "/", Status: 200}) })
	do("http refused", func() { mesh.HTTP(t, open, mesh.Request{To: mesh.Refusing + ":80", Host: "refused.example.com", Path: "/", Status: 503}) })
	do("http silent", func() { mesh.HTTP(t, open, mesh.Request{To: mesh.Silent + ":80", Host: "silent.example.com", Path: "/", Status: 503}) })
	do("http reset", func() { mesh.HTTP(t, open, mesh.Request{To: mesh.OutsideA + ":80", Host: "reset.example.com", Path: "/reset", Status: 503}) })
	do("http nobody", func() { mesh.HTTP(t, open, mesh.Request{To: "10.96.0.11:8080", Host: "nobody.shop:8080", Path: "/", Status: 503}) })
	do("http legacy", func() { mesh.HTTP(t, open, mesh.Request{To: "10.96.0.12:8080", Host: "legacy.old:8080", Path: "/", Status: 200}) })
	do("http egress", func() { mesh.HTTP(t, open, mesh.Request{To: mesh.Partner + ":80", Host: "partner.example.org", Path: "/", Status: 200}) })
	do("grpc", func() { mesh.GRPC(t, open, mesh.Call{To: vip + ":8081", Authority: "server.shop:8081"}) })
	do("grpc fail", func() { mesh.GRPC(t, open, mesh.Call{To: vip + ":8081", Authority: "server.shop:8081", Code: codes.NotFound}) })
	do("grpc stream", func() { mesh.GRPC(t, open, mesh.Call{To: vip + ":8081", Authority: "server.shop:8081", Messages: 3}) })
	do("grpc stream fail", func() { mesh.GRPC(t, open, mesh.Call{To: vip + ":8081", Authority: "server.shop:8081", Messages: 2, Code: codes.Aborted}) })
	do("grpc unknown", func() { mesh.GRPC(t, open, mesh.Call{To: mesh.OutsideA + ":80", Authority: "grpc.example.com"}) })
	do("grpc blocked", func() { mesh.GRPC(t, closed, mesh.Call{To: mesh.OutsideA + ":80", Authority: "grpc.example.com", Got: codes.Unavailable}) })
	do("tcp", func() { mesh.TCP(t, open, vip+":9000", 100) })
	do("tcp pod", func() { mesh.TCP(t, open, w.IP("server")+":9000", 101) })
	do("tcp legacy pod", func() { mesh.TCP(t, open, w.IP("legacy")+":9000", 102) })
	do("tcp outside", func() { mesh.TCP(t, open, mesh.OutsideA+":9000", 103) })
	do("tcp greet", func() { mesh.Greeted(t, open, mesh.OutsideA+":3306", 104) })
	do("tls bank", func() { mesh.TLS(t, open, mesh.Bank+":443", "bank.example.org", 105) })
	do("tls unknown", func() { mesh.TLS(t, open, mesh.OutsideA+":443", "www.example.com", 106) })
	do("tls other", func() { mesh.TLS(t, open, mesh.OutsideA+":8443", "other.example.com", 107) })
	do("tcp refused", func() { mesh.FailedTCP(t, open, mesh.Refusing+":9000") })
	do("tcp silent", func() { mesh.FailedTCP(t, open, mesh.Silent+":9000") })
	do("tcp reset", func() { mesh.FailedTCP(t, open, mesh.OutsideA+":7001") })
	do("tcp nobody", func() { mesh.FailedTCP(t, open, "10.96.0.11:9000") })
	do("http blocked", func() { mesh.HTTP(t, closed, mesh.Request{To: mesh.OutsideA + ":80", Host: "www.example.com", Path: "/", Status: 502}) })
	do("http known closed", func() { mesh.HTTP(t, closed, mesh.Request{To: vip + ":8080", Host: "server.shop:8080", Path: "/", Status: 200}) })
	do("tcp blocked", func() { mesh.FailedTCP(t, closed, mesh.OutsideA+":9000") })
	do("tcp pod blocked", func() { mesh.FailedTCP(t, closed, w.IP("server")+":9000") })
	do("http other port blocked", func() { mesh.FailedTCP(t, closed, mesh.OutsideA+":8000") })
	do("tls blocked", func() { mesh.FailedTLS(t, closed, mesh.OutsideA+":443", "www.example.com") })
	do("tls other blocked", func() { mesh.FailedTLS(t, closed, mesh.OutsideA+":8443", "other.example.com") })
	do("old http", func() { mesh.HTTP(t, old, mesh.Request{To: w.IP("server") + ":8080", Host: "server.shop:8080", Path: "/", Status: 200}) })
	do("old tcp", func() { mesh.TCP(t, old, w.IP("server")+":9000", 108) })
	do("old tcp other", func() { mesh.TCP(t, old, w.IP("server")+":7000", 109) })
	do("dyn http", func() { mesh.HTTP(t, dyn, mesh.Request{To: mesh.OutsideA + ":80", Host: "www.example.com", Path: "/", Status: 200}) })
	do("dyn http port", func() { mesh.HTTP(t, dyn, mesh.Request{To: mesh.OutsideA + ":8000", Host: "www.example.com:8000", Path: "/", Status: 200}) })
	do("dyn http noname", func() { mesh.HTTP(t, dyn, mesh.Request{To: mesh.OutsideA + ":80", Host: "nowhere.example.com", Path: "/", Status: 503}) })
	do("dyn tcp", func() { mesh.TCP(t, dyn, mesh.OutsideA+":9000", 110) })
	do("dyn tls", func() { mesh.TLS(t, dyn, mesh.OutsideA+":8443", "other.example.com", 111) })
	wg.Wait()
	lap("traffic")
	time.Sleep(3 * time.Second)
	for _, r := range m.Gateway.Records.Find(func(mesh.Record) bool { return true }) {
		fmt.Println(r)
	}
	for n, p := range m.Proxies {
		fmt.Println(n)
		for k, c := range p.Counted(t) {
			fmt.Printf("  %+v %+v\n", k, c)
		}
	}
	fmt.Println(m.Gateway.Process.Log()); fmt.Println(m.Gateway.Query(t, `sum by (__name__) ({__name__!=""})`))
	m.Stop(t)
	lap("stopped")
}
