module example.com/swarm

go 1.22
