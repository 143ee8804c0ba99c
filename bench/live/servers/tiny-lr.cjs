require('tiny-lr')().listen(Number(process.argv[2]));
