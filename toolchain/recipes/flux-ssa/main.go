// Flux's apply engine as a command, so that the benchmark can time it beside Driftless.
//
//	flux-ssa apply <kubeconfig> <manifests.yaml>   apply everything in stages, then wait until it is ready
//	flux-ssa diff  <kubeconfig> <manifests.yaml>   server-side dry run of every object
//
// The settings are those of kustomize-controller, but for the client's limits, which are lifted for every contestant.
// The last line is JSON: {"applySeconds", "waitSeconds", "diffSeconds", "changed", "maxRssBytes"}; of diff also
// "differences": what it would change, each with the object as it is and as it would be.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/utils"
	"github.com/go-logr/logr"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

const manager = "flux-ssa"

// concurrency is kustomize-controller's default of --concurrent-ssa.
const concurrency = 4

type result struct {
	ApplySeconds float64 `json:"applySeconds"`
	WaitSeconds  float64 `json:"waitSeconds"`
	DiffSeconds  float64 `json:"diffSeconds"`
	Changed      int     `json:"changed"`
	MaxRssBytes  int64   `json:"maxRssBytes"`

	Differences []difference `json:"differences,omitempty"`
}

type difference struct {
	Kind      string         `json:"kind"`
	Namespace string         `json:"namespace"`
	Name      string         `json:"name"`
	Action    string         `json:"action"`
	Live      map[string]any `json:"live,omitempty"`
	Merged    map[string]any `json:"merged,omitempty"`
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: flux-ssa apply|diff <kubeconfig> <manifests.yaml>")
		os.Exit(2)
	}
	log.SetLogger(logr.Discard())
	outcome, err := run(context.Background(), os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	outcome.MaxRssBytes = maxRss()
	if err := json.NewEncoder(os.Stdout).Encode(outcome); err != nil {
		os.Exit(1)
	}
}

func run(ctx context.Context, action, kubeconfig, file string) (*result, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 2000, 4000
	resources, err := newManager(config)
	if err != nil {
		return nil, err
	}
	objects, err := read(file)
	if err != nil {
		return nil, err
	}
	switch action {
	case "apply":
		return apply(ctx, resources, objects)
	case "diff":
		return diff(ctx, resources, objects)
	default:
		return nil, fmt.Errorf("unknown action %q: apply or diff", action)
	}
}

func newManager(config *rest.Config) (*ssa.ResourceManager, error) {
	httpClient, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	mapper, err := apiutil.NewDynamicRESTMapper(config, httpClient)
	if err != nil {
		return nil, err
	}
	kube, err := client.New(config, client.Options{HTTPClient: httpClient, Mapper: mapper})
	if err != nil {
		return nil, err
	}
	poller := polling.NewStatusPoller(kube, mapper, polling.Options{})
	resources := ssa.NewResourceManager(kube, poller, ssa.Owner{Field: manager, Group: manager})
	resources.SetConcurrency(concurrency)
	return resources, nil
}

func read(file string) ([]*unstructured.Unstructured, error) {
	content, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return utils.ReadObjects(content)
}

func apply(ctx context.Context, resources *ssa.ResourceManager, objects []*unstructured.Unstructured) (*result, error) {
	started := time.Now()
	changes, err := resources.ApplyAllStaged(ctx, objects, ssa.DefaultApplyOptions())
	if err != nil {
		return nil, err
	}
	applied := time.Now()
	options := ssa.DefaultWaitOptions()
	options.Interval = 500 * time.Millisecond
	options.Timeout = 10 * time.Minute
	if err := resources.WaitForSetWithContext(ctx, changes.ToObjMetadataSet(), options); err != nil {
		return nil, err
	}
	changed := 0
	for _, entry := range changes.Entries {
		if entry.Action != ssa.UnchangedAction {
			changed++
		}
	}
	return &result{
		ApplySeconds: applied.Sub(started).Seconds(),
		WaitSeconds:  time.Since(applied).Seconds(),
		Changed:      changed,
	}, nil
}

func diff(ctx context.Context, resources *ssa.ResourceManager, objects []*unstructured.Unstructured) (*result, error) {
	started := time.Now()
	var mutex sync.Mutex
	var differences []difference
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(concurrency)
	for _, object := range objects {
		group.Go(func() error {
			entry, live, merged, err := resources.Diff(ctx, object, ssa.DefaultDiffOptions())
			if err == nil && entry.Action != ssa.UnchangedAction {
				mutex.Lock()
				defer mutex.Unlock()
				differences = append(differences, newDifference(object, entry.Action, live, merged))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return &result{
		DiffSeconds: time.Since(started).Seconds(),
		Changed:     len(differences),
		Differences: differences,
	}, nil
}

func newDifference(object *unstructured.Unstructured, action ssa.Action, live, merged *unstructured.Unstructured) difference {
	found := difference{
		Kind:      object.GetKind(),
		Namespace: object.GetNamespace(),
		Name:      object.GetName(),
		Action:    action.String(),
	}
	if live != nil {
		found.Live = live.Object
	}
	if merged != nil {
		found.Merged = merged.Object
	}
	return found
}

// maxRss is the peak resident memory of this process in bytes; Linux counts in KiB.
func maxRss() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return usage.Maxrss * 1024
}
