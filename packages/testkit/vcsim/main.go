// A vCenter for the tests: govmomi's simulator with the flags of its command vcsim, which the module proxy does not serve
// in the versions that keep the whole specification of a clone (from v0.55.0 on).
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"

	_ "github.com/vmware/govmomi/pbm/simulator"
	"github.com/vmware/govmomi/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
)

func main() {
	log.SetFlags(0)
	// Decides what the other flags are by default, so it is looked for before they are declared.
	flag.Bool("esx", false, "simulate a standalone ESXi host")
	load := flag.String("load", "", "load the inventory that `govc object.save` wrote to this directory")
	listen := flag.String("l", "127.0.0.1:0", "listen address")
	useTLS := flag.Bool("tls", true, "serve HTTPS")
	cert := flag.String("tlscert", "", "file of the certificate")
	key := flag.String("tlskey", "", "file of its key")
	user := flag.String("username", "", "the only user that may log in")
	password := flag.String("password", "", "that user's password")
	apiVersion := flag.String("api-version", "", "API version to report")
	stdinExit := flag.Bool("stdinexit", false, "end when stdin does")
	delay := flag.Int("delay", 0, "milliseconds that each call takes longer")
	methodDelay := flag.String("method-delay", "", "the same for single methods and tasks: name:ms,name:ms")
	jitter := flag.Float64("delay-jitter", 0, "coefficient of variation of the delays")

	model := simulator.VPX()
	if slices.Contains(os.Args[1:], "-esx") || slices.Contains(os.Args[1:], "--esx") {
		model = simulator.ESX()
	}
	flag.BoolVar(&model.Autostart, "autostart", model.Autostart, "start the virtual machines")
	for name, count := range map[string]*int{
		"dc": &model.Datacenter, "cluster": &model.Cluster, "host": &model.ClusterHost, "standalone-host": &model.Host,
		"pool": &model.Pool, "app": &model.App, "ds": &model.Datastore, "pod": &model.Pod, "folder": &model.Folder,
		"vm": &model.Machine, "pg": &model.Portgroup, "pg-nsx": &model.PortgroupNSX, "nsx": &model.OpaqueNetwork,
	} {
		flag.IntVar(count, name, *count, "how many of them")
	}
	flag.Parse()

	model.DelayConfig = simulator.DelayConfig{Delay: *delay, DelayJitter: *jitter, MethodDelay: delays(*methodDelay)}
	defer model.Remove()
	if err := create(model, *load); err != nil {
		model.Remove()
		log.Fatal(err)
	}
	// What a method takes and what its task takes are two settings; only now, so that the inventory is made at once.
	simulator.TaskDelay.MethodDelay = model.DelayConfig.MethodDelay
	if *apiVersion != "" {
		model.ServiceContent.About.ApiVersion = *apiVersion
	}

	service := model.Service
	service.Listen = &url.URL{Host: *listen}
	if *user != "" {
		service.Listen.User = url.UserPassword(*user, *password)
	}
	if *useTLS {
		service.TLS = certificates(*cert, *key)
	}
	service.RegisterEndpoints = true
	server := service.NewServer()
	defer server.Close()
	fmt.Fprintf(os.Stdout, "export GOVC_URL=%s GOVC_SIM_PID=%d\n", server.URL, os.Getpid())

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	if *stdinExit {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop <- syscall.SIGTERM
		}()
	}
	<-stop
}

func create(model *simulator.Model, load string) error {
	if load != "" {
		return model.Load(load)
	}
	return model.Create()
}

func certificates(cert string, key string) *tls.Config {
	if cert == "" {
		return new(tls.Config)
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		log.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

func delays(text string) map[string]int {
	all := map[string]int{}
	for _, each := range strings.Split(text, ",") {
		name, count, found := strings.Cut(each, ":")
		if !found {
			continue
		}
		ms, err := strconv.Atoi(count)
		if err != nil {
			log.Fatalf("%s: %s", each, err)
		}
		all[name] = ms
	}
	return all
}
