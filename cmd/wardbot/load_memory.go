package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// watchMemory begins to note how much memory this process uses at most.
func watchMemory() (peak func() (bytes int64, err error), err error) {
	// 5 sets the highest mark back (Linux: proc_pid_clear_refs(5)).
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		return nil, fmt.Errorf("watch memory: %w", err)
	}
	return func() (int64, error) { return memory(os.Getpid(), "VmHWM") }, nil
}

// memory reads a value of a process (Linux: proc_pid_status(5)).
func memory(pid int, name string) (bytes int64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("read memory: no %s", name)
}
